package push

import (
	"errors"
	"fmt"
	"strings"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
)

// device is where a notification can be shown.
type device struct {
	address  string               // push_token
	browser  *events.Subscription // nil: an app
	provider string               // who takes it there
}

// byFCM is who takes notifications to apps.
const byFCM = "fcm"

// device reads a push_token. The error says why nothing can be sent there as things are.
func (p *post) device(address string) (device, error) {
	if !strings.HasPrefix(address, "{") {
		if p.fcm == nil {
			return device{}, errors.New("the device is an app's, and there is no FCM_KEY")
		}
		return device{address: address, provider: byFCM}, nil
	}
	s, err := events.ReadSubscription(address)
	if err != nil {
		return device{}, err
	}
	if p.vapid == nil {
		return device{}, errors.New("the device is a browser, and there is no VAPID_KEY")
	}
	service, known := p.services.of(s.Endpoint.Hostname())
	if !known {
		return device{}, fmt.Errorf("the push service %s is none of PUSH_SERVICES", s.Endpoint.Hostname())
	}
	return device{address, &s, service}, nil
}

// devices are those of the customer that can be reached, the one used last first.
func (p *post) devices(d channel.Delivery) ([]device, error) {
	addresses := d.Profile.Addresses(name)
	if d.Action.To != "" {
		addresses = func(yield func(string) bool) { yield(d.Action.To) }
	}
	var all []device
	why := errors.New("the customer has no device")
	for address := range addresses {
		one, err := p.device(address)
		if err != nil {
			why = err
			continue
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return nil, function.Never(why)
	}
	return all, nil
}
