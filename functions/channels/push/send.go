package push

import (
	"context"
	"errors"
	"net/http"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
)

// box puts each notification into a file of its own.
type box struct {
	writer
	folder outbox.Folder
}

func (b *box) Send(_ context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "file", Reference: d.Key()}
	_, text, err := b.write(d)
	if err != nil {
		return receipt, err
	}
	return receipt, b.folder.Put(d.Key()+".json", append(text, '\n'))
}

// Repeats is true: a notification has one file.
func (*box) Repeats() bool { return true }

// post sends notifications to devices.
type post struct {
	writer
	env      function.Env
	client   *http.Client
	vapid    *vapid // nil: not to browsers
	fcm      *fcm   // nil: not to apps
	services services
	ttl      time.Duration
}

// gone says that a device takes no notifications any more: the one error after which
// another is tried.
type gone struct{ why error }

func (g gone) Error() string { return g.why.Error() }

// Send shows the notification on one device.
func (p *post) Send(ctx context.Context, d channel.Delivery) (receipt channel.Receipt, err error) {
	n, text, err := p.write(d)
	if err != nil {
		return receipt, err
	}
	devices, err := p.devices(d)
	for _, to := range devices {
		receipt = channel.Receipt{Provider: to.provider, Reference: d.Key()}
		if to.browser != nil {
			err = p.toBrowser(ctx, *to.browser, n, text)
		} else {
			receipt.Reference, err = p.fcm.send(ctx, p.request(to.address, n))
		}
		var g gone
		if !errors.As(err, &g) {
			return receipt, err
		}
		if told := p.bounced(ctx, d, to, g); told != nil {
			return receipt, told
		}
	}
	return receipt, function.Never(err)
}

// Provider implements channel.Divided.
func (p *post) Provider(d channel.Delivery) string {
	if devices, err := p.devices(d); err == nil {
		return devices[0].provider
	}
	return ""
}

// bounced tells the broker that a device is gone, so that it is not tried again.
func (p *post) bounced(ctx context.Context, d channel.Delivery, to device, why gone) error {
	if d.Action.To != "" {
		return nil // it is no device of the profile's
	}
	data := events.MessageBounced{ActionID: d.Action.ID, Kind: events.BounceHard, Provider: to.provider, Reason: why.Error(),
		Address: profile.HashAddress(to.address)}
	data.Customer = events.Identifiers{events.IDProfile: d.Profile.ID}
	e, err := events.New(source, d.Action.ID+"-bounced-"+data.Address, p.env.Now().UTC(), data)
	if err != nil {
		return err
	}
	return p.env.Emit(ctx, e)
}

// Close drops idle connections.
func (p *post) Close() error {
	p.client.CloseIdleConnections()
	return nil
}
