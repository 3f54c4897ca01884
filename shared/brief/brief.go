// Package brief tells those who are about to speak with a customer what to know first.
package brief

import (
	"fmt"
	"strings"

	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// orders is how many of the latest orders are named.
const orders = 3

// Who tells in a few lines what the customer has bought. It names no identifier.
func Who(c *profile.Profile) string {
	if c.Totals.Orders == 0 {
		return "No orders known.\n"
	}
	var b strings.Builder
	since, n := c.Totals.First.UTC().Format("2006-01-02"), c.Totals.Orders
	known := fmt.Sprintf("Customer since %s: %d %s", since, n, words.Plural(n, "order", "orders"))
	fmt.Fprintf(&b, "%s.\n", strings.Join(append([]string{known}, sums(c.Totals)...), ", "))
	for _, o := range c.Orders()[:min(orders, len(c.Orders()))] {
		fmt.Fprintf(&b, "- order %s, %s, in %s\n", o.OrderID, o.At.UTC().Format("2006-01-02"), o.Place)
	}
	return b.String()
}
