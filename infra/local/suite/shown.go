package suite

import (
	"redthread.dev/events"
	"redthread.dev/infra/local/broker"
)

// shown tells a screen what the broker does.
type shown struct{ screen Screen }

// Arrived implements broker.Watcher.
func (s shown) Arrived(e events.Event) { s.screen.Event(e) }

// Delivered implements broker.Watcher: of the deliveries, what followed is shown.
func (s shown) Delivered(d broker.Delivery) {
	switch {
	case d.Dead:
		s.screen.DeadLetter(d.Function, d.Event, d.Err.Error())
	case d.Err == nil && d.Reply != nil:
		s.screen.Event(*d.Reply)
	}
}
