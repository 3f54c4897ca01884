package replay

import (
	"errors"
	"fmt"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/thread"
)

// suite is flows that share a thread.
type suite struct {
	*stage
	number int
	flows  []*flow.Flow
	thread thread.Thread
	now    time.Time
	in     flow.Input // of the decision that is made
	others []mark
	made   map[string]*action.Action      // by id
	done   func(id string) *action.Action // looks it up; nil while there is none
	shown  Decision                       // what was last shown
}

func newSuite(s *stage, number int, flows []*flow.Flow) *suite {
	return &suite{stage: s, number: number, flows: flows, thread: thread.Thread{Profile: s.past.Profile}, others: marks(s.past.Thread, flows)}
}

// hear lets the flows that handle the event decide on it.
func (u *suite) hear(e *Event) {
	for _, f := range u.flows {
		if f.Handles(e.Type()) {
			u.in = flow.Input{Event: envelope(e.Type()), Data: e.take(f), Cause: e.ID, At: e.At, Now: u.now}
			u.decide(f, e)
		}
	}
}

// mostAtOnce is how many timers may come before a time has passed: far more than there
// can be, unless a flow sets one that is due again and again.
const mostAtOnce = 10_000

// pass lets the time pass until t: timers that are due come, each at its time.
func (u *suite) pass(t time.Time) {
	for range mostAtOnce {
		if len(u.thread.Timers) == 0 || u.thread.Timers[0].Due.After(t) {
			break
		}
		due := u.thread.Timers[0]
		u.advance(later(u.now, due.Due))
		u.ring(due)
	}
	u.advance(later(u.now, t))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// advance moves the time; what other flows are recorded to have said by then is said.
func (u *suite) advance(now time.Time) {
	for len(u.others) > 0 && !u.others[0].at.After(now) {
		u.others[0].set(&u.thread)
		u.others = u.others[1:]
	}
	u.now = now
}

var errGone = errors.New("the event that was to be decided on again is not in the journal")

// ring gives a timer to its flow.
func (u *suite) ring(t thread.Timer) {
	f := u.flow(t.Flow)
	u.in = flow.Input{Timer: t, Cause: events.HashOf(thread.WakeSource, t.WakeID(u.past.Profile)), At: t.Due, Now: u.now, Data: t}
	var e *Event
	if t.Event != "" {
		if e = u.tape.find(t.Event); e == nil {
			u.fail(f, nil, errGone)
			return
		}
		u.in.Event, u.in.At = envelope(e.Type()), e.At
		u.in.Data = e.take(f)
	}
	u.decide(f, e)
}

func (u *suite) flow(name string) *flow.Flow {
	for _, f := range u.flows {
		if f.Name() == name {
			return f
		}
	}
	return nil
}

// decide takes the turn, as the flow's runtime does.
func (u *suite) decide(f *flow.Flow, e *Event) {
	in := &u.in
	in.Profile = &u.profile
	in.Firm = !u.asking()
	in.Thread = u.thread.Mine(in.Firm) // what may be displaced is looked at twice
	in.Done = u.done
	in.Facts = f.Facts(u.Facts, in)
	out, err := turn(f, in)
	if err != nil {
		u.fail(f, e, err)
		return
	}
	if out.Changed || in.Firm {
		u.thread = out.Thread
	}
	if out.Action != nil {
		if u.made == nil {
			u.made = map[string]*action.Action{}
			u.done = func(id string) *action.Action { return u.made[id] }
		}
		u.made[out.Action.ID] = out.Action
	}
	u.show(Decision{Suite: u.number, Flow: f.Name(), Entry: out.Entry, Event: e, Action: out.Action, Displaced: out.Displace, Goal: out.Goal, Touched: out.Touched})
}

// turn is f.Turn, for which a flow that panics has failed, as in a running function.
func turn(f *flow.Flow, in *flow.Input) (out flow.Output, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: panic: %v", f.Name(), p)
		}
	}()
	return f.Turn(in)
}

// asking tells whether something was asked for at this very moment: a channel sends at
// once, so that only this can still be held back for something weightier.
func (u *suite) asking() bool {
	n := len(u.thread.Contacts)
	return n > 0 && !u.thread.Contacts[n-1].At.Before(u.now)
}

// failed is the verdict of a decision that could not be made.
const failed = "failed"

// fail shows what went to the dead letters. A timer that failed is not tried again.
func (u *suite) fail(f *flow.Flow, e *Event, err error) {
	in := &u.in
	what := in.Timer.Name
	if what == "" {
		what = in.Event.Type()
	} else {
		u.thread.DropTimers(in.Timer.Flow, in.Timer.Key, in.Timer.Name)
	}
	u.show(Decision{Suite: u.number, Flow: f.Name(), Event: e, Err: err, Entry: thread.Entry{At: in.Now, Cause: in.Cause, Type: what,
		Key: in.Timer.Key, Verdict: failed, Reason: err.Error()}})
}

func (u *suite) show(d Decision) {
	if !d.At.Before(u.Since) {
		u.shown = d
		u.see(&u.shown)
	}
}
