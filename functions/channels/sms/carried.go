package sms

import (
	"context"
	"errors"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/carrier"
)

// carried has Amazon send each text.
type carried struct {
	texter
	by carrier.Texter
}

func newCarried(address string, t texter) (*carried, error) {
	by, err := carrier.OpenTexter("SNS_URL", address)
	return &carried{t, by}, err
}

func (c *carried) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "sns"}
	t, err := c.write(d)
	if err != nil {
		return receipt, err
	}
	receipt.Reference, err = c.by.Send(ctx, carrier.Text{To: t.To, From: t.From, Said: t.Text, Promotional: t.Purpose == promotional})
	if told := c.refused(ctx, d, t.To, err); told != nil {
		return receipt, told
	}
	return receipt, err
}

// refused tells the broker when no text is to be sent to the number again: nobody can be
// texted there, or its owner wants none, so that other channels are taken from now on. It
// then names the number beside the customer, so that a word from that number can undo it.
func (c *carried) refused(ctx context.Context, d channel.Delivery, to string, err error) error {
	var nobody *carrier.Nobody
	switch {
	case d.Action.To != "":
		return nil // it is no number of the profile's
	case errors.Is(err, carrier.ErrOptedOut):
		no := events.ConsentChanged{Channel: events.ConsentSMS, Purpose: events.PurposeAll, Evidence: events.Evidence{Form: "sns-opt-out"}}
		no.Customer = events.Identifiers{events.IDProfile: d.Profile.ID, events.IDPhone: to}
		return c.tell(ctx, d.Action.ID+"-optedout", c.env.Now(), &no)
	case errors.As(err, &nobody):
		data := events.MessageBounced{ActionID: d.Action.ID, Kind: events.BounceHard, Provider: "sns", Reason: nobody.Code}
		data.Customer = events.Identifiers{events.IDProfile: d.Profile.ID}
		return c.tell(ctx, d.Action.ID+"-bounced", c.env.Now(), &data)
	}
	return nil
}
