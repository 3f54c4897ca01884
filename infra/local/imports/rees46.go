package imports

import (
	"strconv"
	"time"

	"redthread.dev/events"
)

func knowsREES46(head []byte) bool {
	return hasColumns(head, "event_time", "event_type", "product_id", "user_id", "user_session")
}

// rees46 reads the events of REES46's public e-commerce sets. A row has no id: it is
// named by its session, second, kind and product. The user's id is a crm_id: the set
// calls it permanent, the platform has already joined a person's devices under it, and
// as a cookie it could never make two visits one customer.
type rees46 struct {
	at, kind, product, category, brand, price, user, session column

	clock    clock
	names    ordinals
	currency string
	baskets  *baskets
	orders   []*bought // of this second
}

func openREES46(in *input, o *Options) (importer, error) {
	t := newTable(in)
	c, err := readColumns(t)
	if err != nil {
		return nil, err
	}
	f := &rees46{
		at: c.need("event_time"), kind: c.need("event_type"), product: c.need("product_id"),
		category: c.may("category_code"), brand: c.may("brand"), price: c.need("price"),
		user: c.need("user_id"), session: c.need("user_session"),
		clock:    clock{zone: time.UTC, layouts: []string{time.DateTime}},
		currency: "USD", baskets: newBaskets(o.Idle),
	}
	return &csv{t, f, c.count}, c.complete()
}

// click is a row, read.
type click struct {
	line     int
	at       time.Time
	kind     string
	sku      string
	price    events.Money
	priced   bool
	category string
	name     string
	common   events.Common
	visit    string // whose basket it is about
}

func (f *rees46) row(r *row, to *out) {
	c := f.read(r)
	if r.err != nil {
		return
	}
	if len(f.orders) > 0 && !c.at.Equal(f.orders[0].at) {
		f.end(to)
	}
	to.invent(c.common.Customer, c.at)
	if c.priced {
		to.product(c.sku, c.at, offer{c.name, r.label(f.brand), c.category, c.price})
	}
	id := f.names.name(c.at, c.visit+"-"+strconv.FormatInt(c.at.Unix(), 10)+"-"+c.kind+"-"+c.sku)
	switch {
	case c.kind == "view":
		to.say(id, c.at, &events.ProductViewed{Common: c.common, SKU: c.sku, Name: c.name, Category: c.category, Price: c.price}, r.line)
	case !c.priced:
		r.refuse(f.price, "", "a price, as it goes into a basket or an order", Missing)
	case c.kind == "purchase":
		f.buy(r, &c)
	default:
		f.fill(r, to, id, &c)
	}
}

func (f *rees46) read(r *row) click {
	c := click{
		line: r.line, at: f.clock.read(r, f.at), sku: r.code(f.product),
		category: r.label(f.category),
		common: events.Common{Customer: events.Identifiers{events.IDCRM: r.code(f.user)},
			Place: events.PlaceWeb, SessionID: r.textOf(f.session, maxCode)},
	}
	switch kind := r.bytes(f.kind); string(kind) {
	case "view", "cart", "remove_from_cart", "purchase":
		c.kind = string(kind)
	default:
		r.refuse(f.kind, string(kind), "view, cart, remove_from_cart or purchase", BadCell)
	}
	if len(r.bytes(f.price)) > 0 {
		c.price, c.priced = events.Money{Amount: r.price(f.price, 2), Currency: f.currency}, true
	}
	c.name = called(r.label(f.brand), c.category)
	c.visit = or(c.common.SessionID, "user-"+c.common.Customer[events.IDCRM])
	return c
}

// fill says what is in the basket after a product was put in or taken out.
func (f *rees46) fill(r *row, to *out, id string, c *click) {
	b := f.baskets.of(c.visit, c.at)
	if c.kind == "remove_from_cart" {
		if !b.take(c.sku) {
			r.refuse(f.product, c.sku, "a product that an earlier row put into this session's basket", NotInBasket)
			return
		}
	} else if !b.put(events.Line{SKU: c.sku, Name: c.name, Quantity: 1, Price: c.price, Category: c.category}) {
		r.refuse(f.product, c.sku, "at most 500 lines in a basket, worth 10^12 minor units", TooLarge)
		return
	}
	to.say(id, c.at, &events.BasketUpdated{Common: c.common, BasketID: b.id, Lines: b.lines,
		Total: events.Money{Amount: b.total(), Currency: f.currency}}, r.line)
}
