package crm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
	"redthread.dev/shared/channel/webhook"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
)

// books has all systems that a booking names know it. It is done when each of them has
// it; until then all are told again, which they tell from the id and the revision.
type books struct {
	provider string
	tell     func(ctx context.Context, id string, b booking) error
	close    func() error
}

// openBookings has bookings posted, kept as files where leads are, or refused: then it is
// better to hear of it than to think that they are known somewhere.
func openBookings(s settings) (channel.Sender, error) {
	switch {
	case s.BookingURL != "":
		c, err := webhook.Named("BOOKING", webhook.Settings{URL: s.BookingURL, Secret: s.BookingSecret})
		if err != nil {
			return nil, err
		}
		post := func(ctx context.Context, id string, b booking) error { return c.Post(ctx, id, b) }
		return &books{"webhook", post, c.Close}, nil
	case s.Token != "" || s.URL != "":
		return &books{"none", refuse, nothing}, nil
	}
	f, err := outbox.Open(s.Outbox + "/bookings")
	if err != nil {
		return nil, err
	}
	return &books{"file", func(_ context.Context, id string, b booking) error { return put(f, id, b) }, nothing}, nil
}

func nothing() error { return nil }

func refuse(context.Context, string, booking) error {
	return function.Neverf("BOOKING_URL is not set, and who takes the leads takes no bookings")
}

func put(f outbox.Folder, id string, b booking) error {
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return fmt.Errorf("booking %q: %w", id, err)
	}
	return f.Put(id+".json", append(text, '\n'))
}

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

// Close drops idle connections.
func (s *books) Close() error { return s.close() }

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
