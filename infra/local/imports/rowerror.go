package imports

import "fmt"

// Reason is why a row became no event, in a word to count by.
type Reason string

// The reasons for which a row is refused.
const (
	BadRow           Reason = "bad-row"           // not as many cells as columns, or quotes that do not match
	BadCell          Reason = "bad-cell"          // a cell that is not what its column holds
	Missing          Reason = "missing"           // a cell that is needed is empty
	TooLarge         Reason = "too-large"         // a basket, an order or an event beyond what an event may hold
	Repeated         Reason = "repeated"          // the same event id again in a format that has ids
	NotInBasket      Reason = "not-in-basket"     // taken out of a basket that is not known to hold it
	NotACloudEvent   Reason = "not-a-cloudevent"  // JSON that is no CloudEvent, or no JSON
	NoOrder          Reason = "no-order"          // a refund of no order that is known
	StockAdjustment  Reason = "stock-adjustment"  // nobody paid nothing for it: goods found, lost or damaged
	Bookkeeping      Reason = "bookkeeping"       // the shop's own fees, samples and bad debts
	NegativeQuantity Reason = "negative-quantity" // goods with a price coming back without a cancelling invoice
	PositiveReturn   Reason = "positive-return"   // goods going out on a cancelling invoice
)

// RowError says which row became no event, and why. Reading goes on after it.
type RowError struct {
	Line   int    // the row's first line in the file, from 1
	Column string // the column's name; empty: the row as a whole
	Value  string // what stands there, shortened
	Want   string // what was expected
	Reason Reason
}

// Error returns it as in `line 17: price "12,50": expected digits with at most 2 decimals (bad-cell)`.
func (e *RowError) Error() string {
	what := e.Column
	if what == "" {
		what = "row"
	}
	return fmt.Sprintf("line %d: %s %q: expected %s (%s)", e.Line, what, e.Value, e.Want, e.Reason)
}

// excerpt is at most 60 bytes of a text, whole characters.
func excerpt(text string) string {
	if short := cutTo(text, 60); short != text {
		return short + "…"
	}
	return text
}
