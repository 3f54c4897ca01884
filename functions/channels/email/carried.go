package email

import (
	"context"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/carrier"
	"redthread.dev/shared/function"
)

// carried has Amazon send each mail.
type carried struct {
	postman
	by carrier.Mailer
}

func newCarried(address string, p postman) (*carried, error) {
	by, err := carrier.OpenMailer("SES_URL", address)
	return &carried{p, by}, err
}

// Send hands over the mail as it would go over SMTP. Amazon gives it a Message-ID of its
// own, which is the receipt's reference.
func (c *carried) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "ses"}
	m, err := c.write(d)
	if err != nil {
		return receipt, function.Never(err)
	}
	raw, err := text(m)
	if err != nil {
		return receipt, function.Never(err)
	}
	receipt.Reference, err = c.by.Send(ctx, carrier.Mail{Raw: raw, Tags: tags(d)})
	return receipt, err
}

// tagAction is the tag by which notifications tell which action a mail is.
const tagAction = "action"

func tags(d channel.Delivery) []carrier.Tag {
	return []carrier.Tag{{Name: tagAction, Value: d.Action.ID}, {Name: "flow", Value: d.Action.Flow},
		{Name: "step", Value: d.Action.Step}, {Name: "purpose", Value: string(d.Action.Purpose)}}
}
