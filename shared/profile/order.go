package profile

import (
	"slices"
	"time"

	"redthread.dev/events"
)

// Line is a product in a kept basket or order; of an order only SKU, quantity and
// category are kept.
type Line struct {
	SKU      string       `json:"sku"`
	Name     string       `json:"name,omitempty"`
	Quantity int          `json:"quantity"`
	Price    events.Money `json:"price,omitzero"` // of each; not kept of an order
	Category string       `json:"category,omitempty"`
	Variant  string       `json:"variant,omitempty"`
	ImageURL string       `json:"image_url,omitempty"`
	URL      string       `json:"url,omitempty"`
}

// Basket is the last word on one basket.
type Basket struct {
	ID      string       `json:"id"`
	Lines   []Line       `json:"lines,omitempty"`
	More    int          `json:"more,omitempty"` // lines beyond the kept ones
	Total   events.Money `json:"total"`
	Place   events.Place `json:"place,omitempty"`
	StoreID string       `json:"store_id,omitempty"`
	Step    string       `json:"step,omitempty"` // the checkout's last step that was reached
	Stamp
}

// Placed is an order as it was placed.
type Placed struct {
	OrderID  string          `json:"order_id"`
	BasketID string          `json:"basket_id,omitempty"`
	Place    events.Place    `json:"place"`
	StoreID  string          `json:"store_id,omitempty"`
	Delivery events.Delivery `json:"delivery,omitempty"`
	Gift     string          `json:"gift,omitempty"` // the occasion, if it was one
	Total    events.Money    `json:"total"`
	Lines    []Line          `json:"lines,omitempty"`
	More     int             `json:"more,omitempty"` // lines beyond the kept ones
	Stamp
}

// Ready is an order that waits in its store.
type Ready struct {
	OrderID   string    `json:"order_id"`
	StoreID   string    `json:"store_id"`
	Code      string    `json:"code"`
	HoldUntil time.Time `json:"hold_until"`
	Stamp
}

// Collected is an order that was fetched.
type Collected struct {
	OrderID string `json:"order_id"`
	StoreID string `json:"store_id"`
	Stamp
}

// Rest tells whether an order that is ready is what was left when it was fetched: it became
// so more than an hour later. Within the hour it is the word of what was fetched, told late.
func (r Ready) Rest(c Collected) bool { return r.OrderID == c.OrderID && r.At.Sub(c.At) > time.Hour }

// Returned is goods that came back.
type Returned struct {
	ReturnID string       `json:"return_id"`
	OrderID  string       `json:"order_id"`
	Place    events.Place `json:"place,omitempty"`
	Refund   events.Money `json:"refund"`
	SKUs     []string     `json:"skus,omitempty"`
	Stamp
}

// Order is an order with all that is known to have become of it.
type Order struct {
	Placed
	Ready     Ready
	Collected time.Time // zero: not fetched, or not the rest of it; or carried out or shipped
	Returns   []Returned
}

// Totals sum up what was bought, ever.
type Totals struct {
	Orders   int              `json:"orders,omitempty"`
	Returns  int              `json:"returns,omitempty"`
	Spent    map[string]int64 `json:"spent,omitempty"`    // minor units by currency, returns not taken off
	Refunded map[string]int64 `json:"refunded,omitempty"` // minor units by currency
	First    time.Time        `json:"first,omitzero"`     // the first order
	Last     time.Time        `json:"last,omitzero"`      // the latest order
}

// Net is what was spent in a currency, refunds taken off, in minor units; 0 or more.
func (t Totals) Net(currency string) int64 {
	return max(0, t.Spent[currency]-t.Refunded[currency])
}

// Orders returns the kept orders, newest first, each with what became of it.
func (p *Profile) Orders() []Order {
	orders := make([]Order, 0, len(p.Placed))
	for _, placed := range p.Placed {
		if slices.ContainsFunc(orders, func(o Order) bool { return o.OrderID == placed.OrderID }) {
			continue // placed again under the same number: the last word counts
		}
		orders = append(orders, p.follow(placed))
	}
	return orders
}

// Order returns a kept order by its number.
func (p *Profile) Order(id string) (Order, bool) {
	i := slices.IndexFunc(p.Placed, func(o Placed) bool { return o.OrderID == id })
	if i < 0 {
		return Order{}, false
	}
	return p.follow(p.Placed[i]), true
}

func (p *Profile) follow(placed Placed) Order {
	o := Order{Placed: placed}
	if i := slices.IndexFunc(p.Ready, func(r Ready) bool { return r.OrderID == placed.OrderID }); i >= 0 {
		o.Ready = p.Ready[i]
	}
	if i := slices.IndexFunc(p.Collected, func(c Collected) bool { return c.OrderID == placed.OrderID }); i >= 0 && !o.Ready.Rest(p.Collected[i]) {
		o.Collected = p.Collected[i].At
	}
	for _, r := range p.Returned {
		if r.OrderID == placed.OrderID {
			o.Returns = append(o.Returns, r)
		}
	}
	return o
}

// OrderedSince tells whether the customer ordered anything, anywhere, at or after a time.
func (p *Profile) OrderedSince(t time.Time) bool {
	return slices.ContainsFunc(p.Placed, func(o Placed) bool { return !o.At.Before(t) })
}

// Bought tells whether the customer ordered a product, anywhere, at or after a time.
func (p *Profile) Bought(sku string, since time.Time) bool {
	return slices.ContainsFunc(p.Placed, func(o Placed) bool { return !o.At.Before(since) && has(o.Lines, sku) })
}

// InBasket tells whether a product lies in the basket the customer touched last.
func (p *Profile) InBasket(sku string) bool {
	basket, open := p.OpenBasket()
	return open && has(basket.Lines, sku)
}

func has(lines []Line, sku string) bool {
	return slices.ContainsFunc(lines, func(l Line) bool { return l.SKU == sku })
}

// OpenBasket returns the basket the customer touched last, of those that hold
// something and were not bought. A basket is bought when an order at or after its
// last change names it, or names no basket and has one of its products.
func (p *Profile) OpenBasket() (Basket, bool) {
	for _, b := range p.Baskets {
		if len(b.Lines) > 0 && !p.bought(b) {
			return b, true
		}
	}
	return Basket{}, false
}

func (p *Profile) bought(b Basket) bool {
	return slices.ContainsFunc(p.Placed, func(o Placed) bool {
		if o.At.Before(b.At) {
			return false
		}
		if o.BasketID != "" {
			return o.BasketID == b.ID
		}
		return slices.ContainsFunc(b.Lines, func(l Line) bool { return has(o.Lines, l.SKU) })
	})
}
