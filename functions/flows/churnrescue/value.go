package churnrescue

import (
	"fmt"
	"math"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// part is a part of a customer's value, in points.
type part struct {
	name         string
	points, most int
	of           string // what they are for
}

func (p part) String() string { return fmt.Sprintf("%s %d of %d (%s)", p.name, p.points, p.most, p.of) }

// value is what a customer is worth to the shop, in parts that add up to 100 at most.
//
// Why somebody may want to leave, such as looks at how to cancel or a complaint, is no part
// of it: else whoever wants to leave would be one of the best customers.
type value []part

func (v value) points() int {
	sum := 0
	for _, p := range v {
		sum += p.points
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

// valueOf values a customer at a time. Spending, orders and tenure bring the more points
// the more there is, ever more slowly: half of them for as much as is usual, x/(x+usual).
// Rhythm brings all of them until the customer's usual time between two orders has gone
// by since the last, half of them when twice as much has.
func valueOf(c *profile.Profile, at time.Time, usualSpent int64) value {
	t := c.Totals
	if t.Orders == 0 {
		return value{{"spent", 0, 40, "nothing"}, {"orders", 0, 25, "0"}, {"rhythm", 0, 20, "none"}, {"tenure", 0, 15, "none"}}
	}
	spent := spentMost(t)
	since, tenure := max(0, at.Sub(t.Last)), max(0, at.Sub(t.First))
	usual := max(briefest, t.Last.Sub(t.First)/time.Duration(max(1, t.Orders-1)))
	return value{
		scored("spent", 40, half(float64(spent.Amount), float64(usualSpent)), "%s", words.Money(spent, "en")),
		scored("orders", 25, half(float64(t.Orders), usualOrders), "%d", t.Orders),
		scored("rhythm", 20, min(1, float64(usual)/float64(max(since, 1))), "%d days since, usually %d", since/day, usual/day),
		scored("tenure", 15, half(float64(tenure), float64(usualTime)), "%d days", tenure/day),
	}
}

func half(x, usual float64) float64 { return x / (x + usual) }

func scored(name string, most int, share float64, of string, args ...any) part {
	return part{name, int(math.Round(share * float64(most))), most, fmt.Sprintf(of, args...)}
}

// spentMost is what was spent in the currency in which it was most, returns taken off.
func spentMost(t profile.Totals) (most events.Money) {
	for currency := range t.Spent {
		net := t.Net(currency)
		if most.Currency == "" || net > most.Amount || net == most.Amount && currency < most.Currency {
			most = events.Money{Amount: net, Currency: currency}
		}
	}
	return most
}
