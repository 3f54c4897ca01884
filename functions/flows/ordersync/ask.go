package ordersync

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"redthread.dev/functions/flows/ordersync/ledger"
	"redthread.dev/shared/action"
	"redthread.dev/shared/flow"
)

// ask lets a person look at what of an order does not add up, once for as much as is
// said of it. Of one order it is one ticket.
func (b books) ask(order string, at time.Time, l ledger.Ledger, why ...string) flow.Decision {
	var body strings.Builder
	for _, w := range why {
		fmt.Fprintf(&body, "%s.\n", w)
	}
	fmt.Fprintf(&body, "\nWHAT WAS SAID\n%s", l)
	return flow.ActTicket("ask", action.Ticket{
		Thread: order, Subject: "Order " + order + " does not add up", Body: body.String(),
		Priority: "normal", Due: at.Add(b.Due),
	}).For(strconv.Itoa(len(l)))
}
