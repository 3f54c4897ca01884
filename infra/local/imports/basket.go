package imports

import (
	"slices"
	"strconv"
	"time"

	"redthread.dev/events"
)

// maxLines is how many lines an event holds.
const maxLines = 500

// basket is what a visitor has put aside, as the rows tell it one product at a time.
type basket struct {
	id    string
	lines []events.Line
	sold  bool      // it became an order; the next product starts another
	at    time.Time // touched last
	n     int       // which basket of its visit it is
}

// put adds a product. It returns false when the basket can hold no more.
func (b *basket) put(l events.Line) bool {
	if b.total()+l.Price.Amount*int64(l.Quantity) > maxAmount {
		return false
	}
	if i := b.find(l.SKU); i >= 0 && b.lines[i].Price == l.Price {
		b.lines[i].Quantity += l.Quantity
		return true
	}
	if len(b.lines) == maxLines {
		return false
	}
	b.lines = append(b.lines, l)
	return true
}

// take removes one of a product. It returns false when there is none.
func (b *basket) take(sku string) bool {
	i := b.find(sku)
	if i < 0 {
		return false
	}
	if b.lines[i].Quantity--; b.lines[i].Quantity == 0 {
		b.lines = slices.Delete(b.lines, i, i+1)
	}
	return true
}

func (b *basket) find(sku string) int {
	for i := len(b.lines) - 1; i >= 0; i-- { // the one at the latest price
		if b.lines[i].SKU == sku {
			return i
		}
	}
	return -1
}

func (b *basket) total() int64 { return worth(b.lines) }

// worth is what lines of one currency cost together, in its minor units.
func worth(lines []events.Line) (sum int64) {
	for _, l := range lines {
		sum += l.Price.Amount * int64(l.Quantity)
	}
	return sum
}

// baskets remembers those that were touched lately.
type baskets struct {
	idle  time.Duration
	known *recent[string, *basket]
}

// keepBaskets is how many baskets are remembered at least, and half as many as at most.
const keepBaskets = 1 << 15

func newBaskets(idle time.Duration) *baskets {
	return &baskets{idle, newRecent[string, *basket](keepBaskets)}
}

// of returns the basket of a visit. It is a new and empty one when there was none,
// when the last one was sold, and when that one was left for too long. The first
// basket of a visit has the visit's name, the next ones are numbered.
func (all *baskets) of(visit string, at time.Time) *basket {
	b, known := all.known.get(visit)
	switch {
	case !known:
		b = &basket{id: visit, n: 1}
	case b.sold, at.Sub(b.at) > all.idle:
		b = &basket{id: visit + "-" + strconv.Itoa(b.n+1), n: b.n + 1}
	}
	b.at = at
	all.known.set(visit, b)
	return b
}

// sell returns the name of the basket that an order of a visit comes from: the one
// that was touched last, even if an order has come from it already.
func (all *baskets) sell(visit string, at time.Time) string {
	b, known := all.known.get(visit)
	if !known {
		b = all.of(visit, at)
	}
	b.sold = true
	return b.id
}

// another begins a new basket for a visit, whatever became of the last one.
func (all *baskets) another(visit string, at time.Time) *basket {
	if b, known := all.known.get(visit); known {
		b.sold = true
	}
	return all.of(visit, at)
}
