package imports

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"redthread.dev/events"
)

// invoice is one as far as it was read.
type invoice struct {
	number   string
	part     int // from 1; over 500 lines make more
	at       time.Time
	latest   time.Time
	customer events.Identifiers // nil: a sale that nobody's name is on
	country  string
	items    []item
	hash     string
}

// item is a row of an invoice.
type item struct {
	line     int
	sku      string
	name     string
	quantity int // below 0: it came back, or was written off
	price    int64
}

const retailCurrency = "GBP"

func (i *invoice) cancels() bool { return strings.HasPrefix(i.number, "C") }

// id is the invoice's number, with the part's from the second on.
func (i *invoice) id() string {
	if i.part == 1 {
		return i.number
	}
	return i.number + "-" + strconv.Itoa(i.part)
}

// digest tells apart the pieces of an invoice whose rows do not stand together.
func (i *invoice) digest() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %d %v", i.id(), i.at.Unix(), i.customer)
	for _, x := range i.items {
		fmt.Fprintf(sum, " %q %d %d", x.sku, x.quantity, x.price)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// The codes that are no goods.
var (
	// Freight is paid for on top of the goods.
	freight = map[string]bool{"POST": true, "DOT": true, "C2": true}
	// The shop's own books: what its bank and a marketplace took, a charity's share,
	// samples it gave away, corrections.
	books = map[string]bool{"BANK CHARGES": true, "AMAZONFEE": true, "CRUK": true, "S": true, "B": true,
		"ADJUST": true, "ADJUST2": true, "TEST001": true, "TEST002": true}
	// Amounts that somebody wrote by hand: they are the customer's money all the same.
	byHand = map[string]string{"M": "manual", "D": "discount"}
)

func (x item) code() string    { return strings.ToUpper(x.sku) }
func (x item) isGoods() bool   { return !freight[x.code()] && byHand[x.code()] == "" }
func (x item) isFreight() bool { return freight[x.code()] }

// judge refuses the rows that tell of no order and no return, and returns the others.
func (i *invoice) judge(to *out) (kept []item) {
	unpaid := i.customer == nil && !slices.ContainsFunc(i.items, func(x item) bool { return x.price != 0 })
	for _, x := range i.items {
		why, want := i.oddity(x, unpaid)
		if why == "" {
			kept = append(kept, x)
			continue
		}
		to.refuse(&RowError{Line: x.line, Column: "StockCode",
			Value: excerpt(fmt.Sprintf("%s × %d at %d", x.sku, x.quantity, x.price)), Want: want, Reason: why})
	}
	return kept
}

func (i *invoice) oddity(x item, unpaid bool) (why Reason, want string) {
	switch {
	case books[x.code()]:
		return Bookkeeping, "goods; the shop's own fees and samples are no customer's"
	case x.quantity == 0:
		return BadCell, "a quantity other than 0"
	case i.cancels() && x.quantity > 0:
		return PositiveReturn, "a quantity below 0 on a cancelling invoice"
	case i.cancels():
		return "", ""
	case unpaid, x.quantity < 0 && x.price == 0:
		return StockAdjustment, "a sale; without customer and price it corrects the stock"
	case x.quantity < 0:
		return NegativeQuantity, "a cancelling invoice C… for what came back"
	}
	return "", ""
}

// asLines makes lines of rows, and their money.
func asLines(items []item) (lines []events.Line, sum int64, rows []int) {
	for _, x := range items {
		quantity := max(x.quantity, -x.quantity)
		lines = append(lines, events.Line{SKU: x.sku, Name: x.name, Quantity: quantity, Price: pounds(x.price)})
		sum += x.price * int64(quantity)
		rows = append(rows, x.line)
	}
	return lines, sum, rows
}

func pounds(pence int64) events.Money { return events.Money{Amount: pence, Currency: retailCurrency} }
