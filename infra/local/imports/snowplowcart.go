package imports

import (
	"redthread.dev/events"
)

// visit is whose basket a row is about.
func (h *hit) visit() string {
	return or(h.cart["cartid"], or(h.common.SessionID, or(h.common.Customer[events.IDCookie], h.id)))
}

// fill says what is in the basket after products were put in or taken out. The tracker
// tells the change and, mostly, what the cart is worth after it; not what is in it.
// So its worth decides where the two disagree: nothing, and it is empty; just what was
// put in now, and what was in it before had gone unseen: this is another basket.
func (f *snowplow) fill(h *hit, to *out) {
	if h.unpriced(to) {
		return
	}
	b := f.baskets.of(h.visit(), h.at)
	added := h.lines()
	switch {
	case h.action == "remove_from_cart":
		for _, l := range added {
			if !b.take(l.SKU) && !h.total.known {
				to.refuse(&RowError{Line: h.line, Column: "product", Value: l.SKU,
					Want: "a product that an earlier row put into this basket", Reason: NotInBasket})
				return
			}
		}
		if h.total.known && h.total.Amount == 0 {
			b.lines = nil
		}
	default:
		if h.total.known && len(b.lines) > 0 && h.total.Amount == worth(added) {
			b = f.baskets.another(h.visit(), h.at)
		}
		for _, l := range added {
			if !b.put(l) {
				to.refuse(&RowError{Line: h.line, Column: "product", Value: l.SKU,
					Want: "at most 500 lines in a basket, worth 10^12 minor units", Reason: TooLarge})
				return
			}
		}
	}
	f.sayBasket(h, b, to)
}

func (f *snowplow) sayBasket(h *hit, b *basket, to *out) {
	total := h.total.Money
	if !h.total.known {
		currency := ""
		if len(h.products) > 0 {
			currency = h.products[0].Price.Currency
		}
		total = events.Money{Amount: b.total(), Currency: currency}
	}
	if total.Currency == "" {
		to.refuse(&RowError{Line: h.line, Column: "cart", Want: "the cart's total, or a product with its price", Reason: Missing})
		return
	}
	to.say(h.id, h.at, &events.BasketUpdated{Common: h.common, BasketID: b.id, Lines: b.lines, Total: total}, h.line)
}
