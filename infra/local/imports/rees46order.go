package imports

import (
	"strconv"
	"time"

	"redthread.dev/events"
)

// bought is an order in the making: the set has a row for every product of it.
type bought struct {
	visit  string
	part   int
	at     time.Time
	common events.Common
	basket string
	goods  basket
	lines  []int // of the file
}

// buy adds a purchase to the order of its session and second. The set calls all of a
// session's purchases one order, but they lie minutes apart: an order that has been
// placed is not held back in case more is bought, and what is bought later is the
// next order. Whatever was in the basket, the order ends it.
func (f *rees46) buy(r *row, c *click) {
	line := events.Line{SKU: c.sku, Name: c.name, Quantity: 1, Price: c.price, Category: c.category}
	part := 1
	for _, o := range f.orders {
		if o.visit != c.visit {
			continue
		}
		if o.goods.put(line) {
			o.lines = append(o.lines, r.line)
			return
		}
		part++ // it is full
	}
	o := &bought{visit: c.visit, part: part, at: c.at, common: c.common,
		basket: f.baskets.sell(c.visit, c.at), lines: []int{r.line}}
	o.goods.put(line)
	f.orders = append(f.orders, o)
}

// end says the orders of the second that is over.
func (f *rees46) end(to *out) {
	for _, o := range f.orders {
		id := o.visit + "-" + strconv.FormatInt(o.at.Unix(), 10)
		if o.part > 1 {
			id += "-" + strconv.Itoa(o.part)
		}
		to.say("order-"+id, o.at, &events.OrderPlaced{
			Common: o.common, OrderID: id, BasketID: o.basket, Lines: o.goods.lines,
			Total:    events.Money{Amount: o.goods.total(), Currency: f.currency},
			Delivery: events.DeliveryShip,
		}, o.lines...)
	}
	f.orders = f.orders[:0]
}
