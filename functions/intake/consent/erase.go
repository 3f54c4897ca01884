package consent

import (
	"context"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/function"
)

// mark is how long it is remembered of an erased event that it was there, so that a
// late duplicate of it does not bring the customer back.
const mark = 30 * 24 * time.Hour

// erase erases all that is held about a customer. It may be cut off anywhere, and
// finds its way when it is asked again: what was erased is not there any more, and
// what was counted stands in the receipt of the same commit.
//
// Audiences come first, since a provider finds a customer by their address only. From
// then on nothing else is done for the customer: what waits is cancelled.
func (c *clerk) erase(cause string, patient bool) task {
	key := receiptKey(ofErasure, cause)
	return func(ctx context.Context, id string) (*events.Event, error) {
		k, docs, err := c.customer(ctx, id, key)
		if err != nil {
			return nil, err
		}
		r, err := readReceipt(ofErasure, docs[0])
		if err != nil || r.done() {
			return r.erased(k.profile.ID, err)
		}
		h, err := c.holdings(ctx, k)
		if err != nil {
			return nil, err
		}
		if next, isNew := c.next(k, h.deeds, step{erased, cause}); next != nil && patient {
			waiting, err := c.cancel(h.deeds, "customer asked to be erased", func(d *deed) bool { return !removes(d.Action) })
			if err != nil {
				return nil, err
			}
			return c.depart(ctx, k, next, isNew, step{erased, cause}, waiting)
		}
		e := &eraser{holdings: h, clerk: c, receipt: r, version: docs[0].Version}
		if err := e.run(ctx); err != nil {
			return nil, err
		}
		return e.receipt.erased(k.profile.ID, nil)
	}
}

// erased is the event that says that an erasure is done.
func (r receipt) erased(profileID string, err error) (*events.Event, error) {
	if err != nil {
		return nil, function.Never(err)
	}
	return reply(profileID, r.ID, r.At, events.ErasureCompleted{ReceiptID: r.ID, Collections: r.Collections})
}

// erasedBefore answers for an action that was erased with its customer: what was said
// then may have been lost.
func (c *clerk) erasedBefore(ctx context.Context, id string) (*events.Event, error) {
	k, _, err := c.customer(ctx, id)
	if err != nil || k.profile.Erased.IsZero() {
		return nil, err
	}
	given, _, err := c.receipts(ctx, ofErasure, k.profile.ID)
	if err != nil || len(given) == 0 {
		return nil, err
	}
	return given[len(given)-1].erased(k.profile.ID, nil)
}
