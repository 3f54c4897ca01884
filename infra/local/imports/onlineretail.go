package imports

import (
	"strings"
	"time"
	_ "time/tzdata" // the shop's times are London's, on any machine

	"redthread.dev/events"
)

func knowsOnlineRetail(head []byte) bool {
	return hasColumns(head, "StockCode", "Description", "Quantity", "InvoiceDate", "Country")
}

// onlineRetail reads the invoice lines of a British shop for gifts. Lines of one invoice
// stand together, but for a few that another invoice of the same minute has come
// between: an invoice is complete when a line comes that is more than a minute later.
type onlineRetail struct {
	number, sku, name, quantity, at, price, customer, country column

	clock     clock
	open      []*invoice // in the order in which they began
	sold      *recent[string, string]
	countries *recent[string, string]
}

// keepSold is how many pairs of customer and product are remembered at least, and half
// as many as at most, so that a return finds the order it is of.
const keepSold = 1 << 18

func openOnlineRetail(in *input, _ *Options) (importer, error) {
	t := newTable(in)
	c, err := readColumns(t)
	if err != nil {
		return nil, err
	}
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, err
	}
	f := &onlineRetail{
		number: c.need("InvoiceNo", "Invoice"), sku: c.need("StockCode"), name: c.need("Description"),
		quantity: c.need("Quantity"), at: c.need("InvoiceDate"), price: c.need("UnitPrice", "Price"),
		customer: c.need("CustomerID"), country: c.need("Country"),
		clock:     clock{zone: london, layouts: []string{time.DateTime, "1/2/2006 15:04", "2006-01-02 15:04"}},
		sold:      newRecent[string, string](keepSold),
		countries: newRecent[string, string](1 << 16),
	}
	return &csv{t, f, c.count}, c.complete()
}

func (f *onlineRetail) row(r *row, to *out) {
	number := r.code(f.number)
	at := f.clock.read(r, f.at)
	item := item{line: r.line, sku: r.code(f.sku), name: r.label(f.name), quantity: r.quantity(f.quantity)}
	customer := strings.TrimSuffix(r.textOf(f.customer, maxCode), ".0") // spreadsheets make numbers of codes
	country := r.textOf(f.country, maxCode)
	if strings.HasPrefix(number, "A") {
		r.refuse(f.number, number, "an invoice of goods; A… adjusts bad debts", Bookkeeping)
	}
	item.price = r.price(f.price, 2)
	if item.price*int64(max(item.quantity, -item.quantity)) > maxAmount {
		r.refuse(f.price, string(r.bytes(f.price)), "at most 10^12 minor units in a row", TooLarge)
	}
	if r.err != nil {
		return
	}
	f.close(to, at)
	i := f.invoice(number, at, customer, country)
	i.items = append(i.items, item)
	i.latest = at
}

// keepOpen is how many invoices may be incomplete at once.
const keepOpen = 64

// close says the invoices that a row of this time shows to be complete, in the order in
// which they began.
func (f *onlineRetail) close(to *out, now time.Time) {
	for len(f.open) > 0 {
		first := f.open[0]
		if apart := now.Sub(first.latest).Abs(); apart <= time.Minute && len(f.open) < keepOpen {
			return
		}
		f.finish(to, first)
		f.open = f.open[1:]
	}
}

func (f *onlineRetail) end(to *out) {
	for _, i := range f.open {
		f.finish(to, i)
	}
	f.open = nil
}

// invoice returns the invoice that a row goes into. One that is as long as an event can
// be is continued in a further part.
func (f *onlineRetail) invoice(number string, at time.Time, customer, country string) *invoice {
	part := 1
	for _, i := range f.open {
		if i.number == number {
			if len(i.items) < maxLines {
				return i
			}
			part = i.part + 1
		}
	}
	i := &invoice{number: number, part: part, at: at, country: country}
	if customer != "" {
		i.customer = events.Identifiers{events.IDCRM: customer}
	}
	f.open = append(f.open, i)
	return i
}

// finish says what an invoice is: an order, or what came back of earlier ones.
func (f *onlineRetail) finish(to *out, i *invoice) {
	i.hash = i.digest()
	kept := i.judge(to)
	if len(kept) == 0 {
		return
	}
	f.introduce(to, i, kept)
	if i.cancels() {
		f.giveBack(to, i, kept)
	} else {
		f.order(to, i, kept)
	}
}
