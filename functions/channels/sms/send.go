package sms

import (
	"context"
	"fmt"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
	"redthread.dev/shared/channel/webhook"
)

// box puts each text into a file of its own.
type box struct {
	texter
	folder outbox.Folder
}

func (b *box) Send(_ context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "file", Reference: d.Key()}
	t, err := b.write(d)
	if err != nil {
		return receipt, err
	}
	return receipt, b.folder.Put(d.Key()+".txt", fmt.Appendf(nil, "To: %s\nFrom: %s\nType: %s\nSegments: %d (%s)\n\n%s\n", t.To, t.From, t.Purpose, t.Segments, t.Encoding, t.Text))
}

// Repeats is true: a text has one file.
func (*box) Repeats() bool { return true }

// post has a gateway send the texts.
type post struct {
	texter
	*webhook.Client
}

func (p *post) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "webhook", Reference: d.Key()}
	t, err := p.write(d)
	if err != nil {
		return receipt, err
	}
	return receipt, p.Post(ctx, d.Key(), struct {
		ID string `json:"message_id"`
		text
	}{d.Key(), t})
}

// Repeats is true: the receiver knows the webhook's id.
func (*post) Repeats() bool { return true }
