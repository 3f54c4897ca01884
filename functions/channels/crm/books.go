package crm

import (
	"context"
	"errors"
	"sync"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
)

// books has all systems that a booking names know it. It is done when each of them has
// it; until then all are told again, which they tell from the id and the revision.
type books struct{ place }

// booking is what one system gets.
type booking struct {
	ID      string    `json:"booking_id"`
	Kind    string    `json:"kind"`   // what is told: booking
	System  string    `json:"system"` // that is told
	Flow    string    `json:"flow"`
	Profile string    `json:"profile"`    // whose order it is
	Decided time.Time `json:"decided_at"` // on sending it
	action.Booking
	Customer map[string]string `json:"customer"` // by what systems know them
}

// known are the identifiers by which systems know customers.
var known = []string{events.IDLoyaltyCard, events.IDCRM, events.IDLogin}

func (s *books) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Reference: d.Key()}
	b := d.Action.Content.Booking
	if b == nil {
		return receipt, function.Neverf("the action holds no booking")
	}
	errs := make([]error, len(b.Systems))
	var all sync.WaitGroup
	for i, system := range b.Systems {
		all.Go(func() {
			errs[i] = s.tell(ctx, d.Key()+"."+system, booking{ID: d.Key(), Kind: "booking", System: system, Flow: d.Action.Flow,
				Profile: d.Profile.ID, Decided: d.Action.Created.UTC(), Booking: *b, Customer: names(d.Profile)})
		})
	}
	all.Wait()
	return receipt, hopeful(errs)
}

func names(p *profile.Profile) map[string]string {
	all := map[string]string{}
	for _, id := range known {
		if value, ok := p.Identifier(id); ok {
			all[id] = value
		}
	}
	return all
}

// hopeful is the error of a system that may yet take it, if there is one: as long as there
// is, all are tried again. Else it is that of one that will not, or nil.
func hopeful(errs []error) (last error) {
	for _, err := range errs {
		var f *channel.Fault
		never := function.IsNever(err) || errors.As(err, &f) && f.Never
		switch {
		case err != nil && !never:
			return err
		case err != nil:
			last = err
		}
	}
	return last
}
