package crm

import (
	"context"
	"errors"
	"io"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
)

// desk gives what comes to whom it is for: leads to those who sell, bookings to those who
// keep books, prompts to those at the tills. One that asks to be let alone does not hold up
// the others.
type desk struct{ leads, bookings, prompts channel.Sender }

func (d *desk) of(x channel.Delivery) channel.Sender {
	switch x.Action.Kind {
	case events.ActionSync:
		return d.bookings
	case events.ActionPrompt:
		return d.prompts
	}
	return d.leads
}

func (d *desk) Send(ctx context.Context, x channel.Delivery) (channel.Receipt, error) {
	receipt, err := d.of(x).Send(ctx, x)
	receipt.Provider = d.Provider(x)
	return receipt, err
}

// Provider returns whom a delivery goes to.
func (d *desk) Provider(x channel.Delivery) string {
	switch s := d.of(x).(type) {
	case *hubspot:
		return "hubspot"
	case *file:
		return "file"
	case *books:
		return s.provider
	case *tills:
		return s.provider
	}
	return "webhook"
}

// Repeats is true: all of them know what they were told before.
func (*desk) Repeats() bool { return true }

// Close drops idle connections.
func (d *desk) Close() error {
	var errs []error
	for _, s := range []channel.Sender{d.leads, d.bookings, d.prompts} {
		if c, ok := s.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}
