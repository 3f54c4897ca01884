package imports

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"redthread.dev/events"
)

// hit is a row, read.
type hit struct {
	line   int
	id     string
	at     time.Time
	common events.Common
	action string // empty: the tracker does not say what was done

	products    []product
	cart        context
	transaction context
	refund      context
	total       amount // the cart's or the transaction's, or what is refunded
	shipping    amount
	tax         amount
	discount    amount
}

// product is one that an event is about. Its price may not be known.
type product struct {
	events.Line
	brand  string
	priced bool
}

// amount is money that may not be known.
type amount struct {
	events.Money
	known bool
}

func (f *snowplow) read(r *row) *hit {
	c, all := f.columns, f.contexts
	h := &hit{line: r.line, id: r.code(c.id), at: f.clock.read(r, c.at)}
	session, user := all.one(r, h.id, ofSession), all.one(r, h.id, ofUser)
	h.common = events.Common{
		Customer: whois(r.text(c.cookie), r.text(c.user), session, user), Place: place(r.text(c.platform)),
		SessionID: or(session["sessionid"], r.textOf(c.session, maxCode)),
		Campaign: events.Campaign{Source: r.cut(c.source), Medium: r.cut(c.medium), Name: r.cut(c.campaign),
			Content: r.cut(c.content), Term: r.cut(c.term)},
	}
	if url := r.cut(c.url); url != "" {
		h.common.Page = events.Page{URL: url, Referrer: r.cut(c.referrer), Title: r.cut(c.title)}
	}
	h.action = all.one(r, h.id, ofAction)["type"]
	h.cart, h.transaction, h.refund = all.one(r, h.id, ofCart), all.one(r, h.id, ofTransaction), all.one(r, h.id, ofRefund)
	for _, p := range all.of(r, h.id, ofProduct) {
		h.products = append(h.products, readProduct(r, p))
	}
	switch h.action {
	case "refund":
		h.total = readAmount(r, "refund amount", h.refund["refundamount"], h.refund["currency"])
	case "transaction":
		h.readTransaction(r)
	case "add_to_cart", "remove_from_cart":
		h.total = readAmount(r, "cart total", h.cart["totalvalue"], h.cart["currency"])
	}
	h.fits(r)
	return h
}

func (h *hit) readTransaction(r *row) {
	t := h.transaction
	h.total = readAmount(r, "revenue", t["revenue"], t["currency"])
	h.shipping = readAmount(r, "shipping", t["shipping"], t["currency"])
	h.tax = readAmount(r, "tax", t["tax"], t["currency"])
	h.discount = readAmount(r, "discount", t["discountamount"], t["currency"])
}

// fits refuses what no event can hold.
func (h *hit) fits(r *row) {
	if len(h.products) > maxLines || worth(h.lines()) > maxAmount {
		r.refuse(column{name: "product"}, fmt.Sprintf("%d products", len(h.products)),
			"at most 500 products, worth 10^12 minor units", TooLarge)
	}
	for name, text := range map[string]string{
		"session": h.common.SessionID, "cart_id": h.cart["cartid"], "transaction_id": h.transaction["transactionid"],
	} {
		if len(text) > maxCode {
			r.refuse(column{name: name}, text, fmt.Sprintf("at most %d bytes", maxCode), BadCell)
		}
	}
}

// whois tells who it was. The cookie is the tracker's own, one for a browser; the id of
// a guest's checkout is no login.
func whois(cookie, login string, session, user context) events.Identifiers {
	if !user.is("isguest") {
		login = or(login, user["id"])
	}
	who := events.Identifiers{}
	for idType, value := range map[string]string{events.IDCookie: cookie, events.IDDevice: session["userid"],
		events.IDLogin: login, events.IDEmail: user["email"]} {
		if value != "" && len(value) <= maxText {
			who[idType] = value
		}
	}
	return who
}

func place(platform string) events.Place {
	if platform == "mob" || platform == "app" {
		return events.PlaceApp
	}
	return events.PlaceWeb
}

func readProduct(r *row, c context) product {
	p := product{Line: events.Line{SKU: c["id"], Category: clip(c["category"]), Variant: clip(or(c["variant"], c["size"])), Quantity: 1},
		brand: clip(c["brand"])}
	p.Name = clip(or(c["name"], called(p.brand, p.Category)))
	if p.SKU == "" || len(p.SKU) > maxCode {
		r.refuse(column{name: "product id"}, p.SKU, fmt.Sprintf("1 to %d bytes", maxCode), BadCell)
	}
	if text := c["quantity"]; text != "" {
		n, err := strconv.ParseFloat(text, 64) // 2.0, where a warehouse keeps it as a number
		if err != nil || n != math.Trunc(n) || n < 1 || n > maxPieces {
			r.refuse(column{name: "product quantity"}, text, "a whole number from 1 to 1,000,000", BadCell)
		} else {
			p.Quantity = int(n)
		}
	}
	price := readAmount(r, "product price", c["price"], c["currency"])
	p.Price, p.priced = price.Money, price.known
	if p.Price.Amount*int64(p.Quantity) > maxAmount {
		r.refuse(column{name: "product price"}, c["price"], "at most 10^12 minor units for all pieces", TooLarge)
	}
	return p
}

// readAmount reads whole units as minor units. What a browser has added up may be off
// by the last digits of a float; that is set right, and nothing else.
func readAmount(r *row, name, text, currency string) amount {
	if text == "" {
		return amount{}
	}
	if _, found := slices.BinarySearch(currencies, currency); !found {
		r.refuse(column{name: name}, currency, "an ISO 4217 currency", BadCell)
		return amount{}
	}
	digits := events.Digits(currency)
	units, ok := minor([]byte(text), digits)
	if !ok && len(text) > 12 {
		scaled, err := strconv.ParseFloat(text, 64)
		scaled *= math.Pow10(digits)
		whole := math.Round(scaled)
		units, ok = int64(whole), err == nil && math.Abs(scaled-whole) < 1e-5 && whole <= maxAmount
	}
	if !ok || units < 0 {
		r.refuse(column{name: name}, text, fmt.Sprintf("an amount of at least 0 with at most %d decimals", digits), BadCell)
	}
	return amount{events.Money{Amount: units, Currency: currency}, true}
}

var currencies = events.Currencies()
