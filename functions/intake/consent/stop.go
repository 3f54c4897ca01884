package consent

import (
	"context"
	"slices"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// stop ends what the customer no longer allows: what still waits in a channel that is
// shut now is cancelled, and without consent for advertisements they leave every
// audience they are in, without consent for post every print list, one after the other. The channels would refuse as well; but
// what is known to be unwanted should not wait in line until they do.
func (c *clerk) stop(why, cause string) task {
	return func(ctx context.Context, id string) (*events.Event, error) {
		k, _, err := c.customer(ctx, id)
		if err != nil || k.gone() {
			return nil, err
		}
		ids, err := c.ids(ctx, k.profile.ID)
		if err != nil {
			return nil, err
		}
		deeds, err := c.deeds(ctx, ids)
		if err != nil {
			return nil, err
		}
		writes, err := c.cancel(deeds, why, k.shut)
		if err != nil {
			return nil, err
		}
		why := step{withdrawn, cause}
		next, isNew := c.next(k, deeds, why)
		if next == nil {
			return nil, c.commit(ctx, writes)
		}
		return c.depart(ctx, k, next, isNew, why, writes)
	}
}

// shut tells that an action may not be done any more. Taking a customer out of an
// audience always may, and what is the shop's own work is not the customer's to stop.
func (k *customer) shut(d *deed) bool {
	bar := k.profile.Barred(d.Kind, d.Channel, d.Purpose)
	return (bar == profile.NoConsent || bar == profile.Suppressed) && !removes(d.Action)
}

// cancel makes the writes that cancel the waiting actions which are to be stopped.
func (c *clerk) cancel(deeds []deed, why string, stopped func(*deed) bool) ([]store.Write, error) {
	var writes []store.Write
	for i := range deeds {
		if d := &deeds[i]; d.Status == action.Requested && stopped(d) {
			w, err := d.cancel(why, c.env.Now().UTC())
			if err != nil {
				return nil, err
			}
			writes = append(writes, w)
		}
	}
	return writes, nil
}

// commit writes in as many parts as it takes.
func (c *clerk) commit(ctx context.Context, writes []store.Write) error {
	for part := range slices.Chunk(writes, c.most) {
		if err := c.env.Store.Commit(ctx, part...); err != nil {
			return err
		}
	}
	return nil
}
