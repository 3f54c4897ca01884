package imports

import (
	"strconv"

	"redthread.dev/events"
)

// say turns what was done into events. What has no event of its own — a step of the
// checkout, a promotion, an action the tracker does not name — still tells that the
// visitor was on that page then.
func (f *snowplow) say(h *hit, to *out) {
	to.invent(h.common.Customer, h.at)
	for _, p := range h.products {
		if p.priced {
			to.product(p.SKU, h.at, offer{p.Name, p.brand, p.Category, p.Price})
		}
	}
	switch h.action {
	case "product_view":
		f.viewed(h, to)
	case "list_view", "list_click":
		to.say(h.id, h.at, h.list(), h.line)
	case "add_to_cart", "remove_from_cart":
		f.fill(h, to)
	case "transaction":
		f.order(h, to)
	case "refund":
		f.giveBack(h, to)
	default:
		to.say(h.id, h.at, &events.PageViewed{Common: h.common, Kind: events.PageOther}, h.line)
	}
}

func (f *snowplow) viewed(h *hit, to *out) {
	if len(h.products) == 0 {
		to.say(h.id, h.at, &events.PageViewed{Common: h.common, Kind: events.PageProduct}, h.line)
	}
	for n, p := range h.products {
		id, lines := h.id, []int{h.line}
		if n > 0 {
			id, lines = h.id+"-"+strconv.Itoa(n+1), nil // the row is carried by the first
		}
		to.say(id, h.at, &events.ProductViewed{Common: h.common, SKU: p.SKU, Name: p.Name,
			Category: p.Category, Price: p.Price, Variant: p.Variant}, lines...)
	}
}

// list is a list of products that was looked at, or one product that was picked of it.
func (h *hit) list() *events.PageViewed {
	page := &events.PageViewed{Common: h.common, Kind: events.PageCategory}
	if len(h.products) == 0 {
		return page
	}
	page.Category = h.products[0].Category
	for _, p := range h.products {
		if p.Category != page.Category {
			page.Category = ""
		}
	}
	if h.action == "list_click" {
		page.SKU = h.products[0].SKU
	}
	return page
}

func (h *hit) lines() (lines []events.Line) {
	for _, p := range h.products {
		lines = append(lines, p.Line)
	}
	return lines
}

// unpriced refuses a row with a product whose price is not known, where it must be.
func (h *hit) unpriced(to *out) bool {
	for _, p := range h.products {
		if !p.priced {
			to.refuse(&RowError{Line: h.line, Column: "product price", Want: "a price of product " + p.SKU, Reason: Missing})
			return true
		}
	}
	return false
}

// order says what was bought, from the basket that was touched last.
func (f *snowplow) order(h *hit, to *out) {
	if len(h.products) == 0 {
		to.refuse(&RowError{Line: h.line, Column: "product", Want: "at least one product in a transaction", Reason: Missing})
		return
	}
	if h.unpriced(to) {
		return
	}
	data := &events.OrderPlaced{Common: h.common, OrderID: or(h.transaction["transactionid"], h.id),
		BasketID: f.baskets.sell(h.visit(), h.at), Lines: h.lines(), Delivery: events.DeliveryShip,
		Total: h.total.Money, Shipping: h.shipping.Money, Tax: h.tax.Money, Payment: clip(h.transaction["paymentmethod"])}
	if !h.total.known {
		data.Total = events.Money{Amount: worth(data.Lines), Currency: data.Lines[0].Price.Currency}
	}
	if h.discount.Amount > 0 {
		data.Discounts = []events.Discount{{Code: clip(h.transaction["discountcode"]), Amount: h.discount.Money}}
	}
	to.say(h.id, h.at, data, h.line)
	for _, p := range h.products {
		f.sold[h.common.SessionID+" "+p.SKU] = data.OrderID
	}
}

// giveBack says a refund of the order that it names, or else of the visit's last order
// with that product.
func (f *snowplow) giveBack(h *hit, to *out) {
	order := h.refund["transactionid"]
	for _, p := range h.products {
		order = or(order, f.sold[h.common.SessionID+" "+p.SKU])
	}
	if order == "" || len(order) > maxCode || len(h.products) == 0 {
		to.refuse(&RowError{Line: h.line, Column: "transaction_id", Value: excerpt(order),
			Want: "a refund that names its order, or a product the visit has ordered", Reason: NoOrder})
		return
	}
	if h.unpriced(to) {
		return
	}
	data := &events.OrderReturned{Common: h.common, ReturnID: h.id, OrderID: order, Lines: h.lines(),
		Refund: h.total.Money, Reason: clip(h.refund["refundreason"])}
	if !h.total.known {
		data.Refund = events.Money{Amount: worth(data.Lines), Currency: data.Lines[0].Price.Currency}
	}
	to.say(h.id, h.at, data, h.line)
}
