// Package value is what a customer is worth to the shop.
package value

import (
	"fmt"
	"math"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// Part is a part of a customer's value, in points.
type Part struct {
	Name         string
	Points, Most int
	For          string // what they are given for
}

// String is the part in words, such as "orders 14 of 25 (4)".
func (p Part) String() string {
	return fmt.Sprintf("%s %d of %d (%s)", p.Name, p.Points, p.Most, p.For)
}

// Value is what a customer is worth to the shop, in parts that add up to 100 at most.
//
// Why somebody may want to leave, such as looks at how to cancel or a complaint, is no part
// of it: else whoever wants to leave would be one of the best customers.
type Value []Part

// Points is the sum of the parts, 0 to 100.
func (v Value) Points() int {
	sum := 0
	for _, p := range v {
		sum += p.Points
	}
	return sum
}

const (
	day = 24 * time.Hour
	// usualOrders and usualTime give half of the points of orders and tenure.
	usualOrders = 3
	usualTime   = 365 * day
	// briefest is the shortest rhythm: who ordered twice in a week is not gone after two.
	briefest = 30 * day
)

// Of values a customer at a time. Spending, orders and tenure bring the more points
// the more there is, ever more slowly: half of them for as much as is usual, x/(x+usual); of spending that is a number of minor units.
// Rhythm brings all of them until the customer's usual time between two orders has gone
// by since the last, half of them when twice as much has.
func Of(c *profile.Profile, at time.Time, usualSpent int64) Value {
	t := c.Totals
	if t.Orders == 0 {
		return Value{{"spent", 0, 40, "nothing"}, {"orders", 0, 25, "0"}, {"rhythm", 0, 20, "none"}, {"tenure", 0, 15, "none"}}
	}
	spent := Spent(t)
	since, tenure := max(0, at.Sub(t.Last)), max(0, at.Sub(t.First))
	usual := max(briefest, t.Last.Sub(t.First)/time.Duration(max(1, t.Orders-1)))
	return Value{
		scored("spent", 40, half(float64(spent.Amount), float64(usualSpent)), "%s", words.Money(spent, "en")),
		scored("orders", 25, half(float64(t.Orders), usualOrders), "%d", t.Orders),
		scored("rhythm", 20, min(1, float64(usual)/float64(max(since, 1))), "%d days since, usually %d", since/day, usual/day),
		scored("tenure", 15, half(float64(tenure), float64(usualTime)), "%d days", tenure/day),
	}
}

func half(x, usual float64) float64 { return x / (x + usual) }

func scored(name string, most int, share float64, of string, args ...any) Part {
	return Part{name, int(math.Round(share * float64(most))), most, fmt.Sprintf(of, args...)}
}

// Spent is what was spent in the currency in which it was most, returns taken off.
func Spent(t profile.Totals) (most events.Money) {
	for currency := range t.Spent {
		net := t.Net(currency)
		if most.Currency == "" || net > most.Amount || net == most.Amount && currency < most.Currency {
			most = events.Money{Amount: net, Currency: currency}
		}
	}
	return most
}
