// Package carts tells, from events alone, what became of the baskets of each visit: how
// many were begun, emptied and bought. It counts as the e-commerce model of Snowplow
// (dbt-snowplow-ecommerce) does, so that the two can be held against each other.
package carts

import (
	"fmt"
	"maps"

	"redthread.dev/events"
)

// Visit is what became of the baskets of one visit.
type Visit struct {
	Created    int // went from nothing to something
	Emptied    int // went to nothing, without being bought
	Transacted int // orders
}

// Abandoned tells whether more baskets were begun than bought.
func (v Visit) Abandoned() bool { return v.Transacted < v.Created }

// Step is what one event did to a basket.
type Step string

// The steps in the life of a basket.
const (
	None       Step = "" // the event is of no basket
	Created    Step = "created"
	Changed    Step = "changed"
	Emptied    Step = "emptied"
	Transacted Step = "transacted"
)

// Carts folds events in the order in which they happened. The zero value is ready.
type Carts struct {
	visits map[string]Visit
	held   map[string]bool // baskets that hold something, by id
}

// Visits returns the visits with a basket or an order, by session id.
func (c *Carts) Visits() map[string]Visit { return maps.Clone(c.visits) }

// Add folds one event and tells what it did. It fails when the data of a basket or an
// order cannot be read.
func (c *Carts) Add(e events.Event) (Step, error) {
	data, err := events.Parse(e)
	if err != nil {
		return None, fmt.Errorf("fold carts: %w", err)
	}
	if c.visits == nil {
		c.visits, c.held = map[string]Visit{}, map[string]bool{}
	}
	switch d := data.(type) {
	case *events.BasketUpdated:
		return c.updated(d), nil
	case *events.OrderPlaced:
		v := c.visits[d.SessionID]
		v.Transacted++
		c.visits[d.SessionID] = v
		delete(c.held, d.BasketID)
		return Transacted, nil
	}
	return None, nil
}

// updated counts a basket as begun when its lines are all that it is worth. One that is
// worth something else was begun before we looked, or was counted wrong by its source.
func (c *Carts) updated(d *events.BasketUpdated) Step {
	v, before := c.visits[d.SessionID], c.held[d.BasketID]
	c.held[d.BasketID] = d.Total.Amount > 0
	step := Changed
	switch {
	case len(d.Lines) == 0 && d.Total.Amount == 0:
		step = Emptied
		v.Emptied++
	case !before && worth(d.Lines) == d.Total.Amount:
		step = Created
		v.Created++
	}
	c.visits[d.SessionID] = v
	return step
}

func worth(lines []events.Line) (sum int64) {
	for _, l := range lines {
		sum += l.Price.Amount * int64(l.Quantity)
	}
	return sum
}
