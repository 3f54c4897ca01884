// Package forecast is what a customer may be expected to order in a time to come, by what
// they have ordered so far: a rate that a few orders cannot make extreme, and that silence
// wears away.
package forecast

import (
	"fmt"
	"math"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

const (
	day  = 24 * time.Hour
	year = 365 * day
	// briefest is the shortest rhythm: who ordered twice in a week is not gone after two.
	briefest = 30 * day
)

// Forecast is what a customer is expected to order in a span of time, if nobody does
// anything about it.
type Forecast struct {
	Orders float64      // how many; 0 for who never ordered
	Each   events.Money // what one comes to on average, returns taken off, rounded down
	// What it comes of.
	Placed int           // orders so far
	Rhythm time.Duration // between two orders, as expected
	Silent time.Duration // since the last one
	Alive  float64       // how far silence lets them count still, 0 to 1

	spent int64 // so far, in the currency
}

// Of foresees what a customer orders in the span after a time, in one currency: what they
// spent in others is not counted.
//
// Their rate is their orders over the time since the first of them and one year more: the
// mean of a Poisson rate under a gamma prior that is worth one order in a year; the first
// order, which starts the clock, is not counted. Silence that is longer than the rhythm that
// comes of it halves the forecast with each further rhythm. BG/NBD (Fader, Hardie and Lee
// 2005) asks the same of parameters that are fitted to all customers; this can be worked out
// by hand from one.
func Of(c *profile.Profile, currency string, at time.Time, span time.Duration) Forecast {
	t := c.Totals
	f := Forecast{Placed: t.Orders, Each: events.Money{Currency: currency}}
	if t.Orders <= 0 || span <= 0 {
		return f
	}
	f.spent = t.Net(currency)
	f.Each.Amount = f.spent / int64(t.Orders)
	watched := max(0, at.Sub(t.First)) + year
	f.Rhythm = max(briefest, watched/time.Duration(t.Orders))
	f.Silent = max(0, at.Sub(t.Last))
	f.Alive = math.Exp2(-max(0, float64(f.Silent)/float64(f.Rhythm)-1))
	f.Orders = float64(t.Orders) * float64(span) / float64(watched) * f.Alive
	return f
}

// Spent is what all of the orders come to, in the currency's minor unit.
func (f Forecast) Spent() float64 {
	if f.Placed <= 0 {
		return 0
	}
	return f.Orders * float64(f.spent) / float64(f.Placed)
}

// String says how it comes about, for a trail.
func (f Forecast) String() string {
	return fmt.Sprintf("orders %d, one in %d days, the last %d days ago: counts %.2f, expected %.2f",
		f.Placed, f.Rhythm/day, f.Silent/day, f.Alive, f.Orders)
}
