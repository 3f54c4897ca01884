// Package replay decides once more about what is recorded: what would a flow have done
// with other settings, and why did it do what it did? Flows are pure, so that the
// same events, folded in the same order, give the same decisions.
//
// Each customer's past is played by itself: the profile is folded event by event, the
// flows decide on those that they handle, their timers come between the events, each
// at its time, and what they keep is kept in memory. Nothing is sent and nothing
// stored.
//
// Three things are not as they were. A customer who was merged is one from the start.
// The catalogue is one for all times. And what customers did is what they did: nobody
// knows what they would have done had we written at another time.
package replay

import (
	"time"

	"redthread.dev/shared/action"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// Past is what is recorded of one customer.
type Past struct {
	Profile string
	Events  []Event // in the order of In
	// Thread holds contacts that count for caps and open complaints, each from when
	// it was made: those of flows that are not replayed. Nil for none.
	Thread *thread.Thread
}

// Play is what pasts are played to. It is safe for concurrent use.
type Play struct {
	// Suites decide side by side, each over a thread of its own: the flows of one suite
	// see each other's contacts.
	Suites [][]*flow.Flow
	Facts  catalog.Facts
	// Since is from when on decisions are shown; what comes before is decided on all
	// the same, as it leads there. The zero time shows all.
	Since time.Time
	// Until ends it: timers due by then still come, later events do not.
	Until time.Time
}

// Decision is one decision, in the replay.
type Decision struct {
	Suite         int // which of Play.Suites decided
	Flow          string
	thread.Entry         // Cause is the event's ID, or a timer's wake-up
	Event         *Event // nil for a timer
	Action        *action.Action
	Displaced     string // id of the action of this very moment that gave way to it
	Goal, Touched bool   // the event is the flow's goal; … and the flow had acted on the customer before
	Err           error  // the flow failed on the event, which would go to the dead letters
}

// Customer plays one customer's past and shows each decision, in order. What it shows
// is valid during the call of see. It returns the threads that the suites end with.
func (p *Play) Customer(past Past, see func(*Decision)) []thread.Thread {
	all := &tape{events: past.Events, last: len(past.Events) - 1}
	threads, _ := p.play(past, all, see) // events that are there can be read
	return threads
}

func (p *Play) play(past Past, all *tape, see func(*Decision)) ([]thread.Thread, error) {
	s := stage{Play: p, past: &past, tape: all, see: see, profile: profile.Profile{ID: past.Profile}.Mine()}
	for i, flows := range p.Suites {
		s.suites = append(s.suites, newSuite(&s, i, flows))
	}
	for i := range all.events {
		if i > all.last && s.idle() {
			break // nothing more will be decided
		}
		e, err := all.at(i)
		if err != nil {
			return nil, err
		}
		if !p.Until.IsZero() && e.In.After(p.Until) {
			break
		}
		s.pass(e.In)
		if !s.hears(e) {
			continue
		}
		if !e.addressed {
			e.fold(&s.profile)
		}
		for _, u := range s.suites {
			u.hear(e)
		}
	}
	if !p.Until.IsZero() {
		s.pass(p.Until)
	}
	threads := make([]thread.Thread, len(s.suites))
	for i, u := range s.suites {
		threads[i] = u.thread
	}
	return threads, nil
}

// stage is one customer's play.
type stage struct {
	*Play
	past    *Past
	tape    *tape
	see     func(*Decision)
	profile profile.Profile
	suites  []*suite
}

// idle tells whether no timer is set.
func (s *stage) idle() bool {
	for _, u := range s.suites {
		if len(u.thread.Timers) > 0 {
			return false
		}
	}
	return true
}

// pass lets the time pass until t.
func (s *stage) pass(t time.Time) {
	for _, u := range s.suites {
		u.pass(t)
	}
}
