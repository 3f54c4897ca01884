// Package watch looks at the shelves of the stores near a customer, time and again, for what
// was sold out there.
package watch

import (
	"time"

	"redthread.dev/functions/flows/visitprep/shelves"
)

// most is how many products we look for at a time for one customer.
const most = 5

// Watch is what is remembered about a product, or about looking for a store.
type Watch struct {
	At    time.Time `json:"at"`              // the latest look that counts
	Looks int       `json:"looks,omitempty"` // ours at the shelves since
}

// Over tells why nobody looks again after so many looks at most, or for a customer for whom so
// many other products are looked for, or who could not be told; empty if somebody does.
func (w Watch) Over(near shelves.Shelves, looks, others int, reached bool) string {
	switch {
	case !near.Counted():
		return "in no store near"
	case w.Looks >= looks:
		return "has not come back"
	case !reached:
		return "could not be told"
	case others >= most:
		return "waits for enough"
	}
	return ""
}
