package push

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// longestAnswer is how much of an answer is read.
const longestAnswer = 64 << 10

// answer is what a provider said.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask sends a request. Its error is about the line, and never shows the address, which is as
// good as a key. Of an answer that is cut short the status counts.
func ask(client *http.Client, provider string, req *http.Request) (answer, error) {
	req, sent := channel.Witnessed(req)
	res, err := client.Do(req)
	if err != nil {
		return answer{}, &channel.Fault{Unsure: sent(), Err: fmt.Errorf("%s: %w", provider, channel.Unaddressed(err))}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer))
	if err != nil {
		body = nil
	}
	return answer{res.StatusCode, res.Header, body}, nil
}

// judge says what is to be done about an answer that no code of the provider's own explains.
// What is about us, 401 and 403, is tried again, since somebody can see to it.
func (a answer) judge(said error) error {
	switch {
	case a.status/100 == 2:
		return nil
	case a.status >= 500, a.status == http.StatusRequestTimeout, a.status == http.StatusTooEarly, a.status == http.StatusTooManyRequests:
		return &channel.Fault{After: channel.RetryAfter(a.header.Get("Retry-After"), time.Now()), Err: said}
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden:
		return &channel.Fault{Err: said}
	}
	return &channel.Fault{Never: true, Err: said}
}

// Close drops idle connections.
func (p *post) Close() error {
	p.client.CloseIdleConnections()
	return nil
}
