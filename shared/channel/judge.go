package channel

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// step is what is to be done about an action as it stands.
type step int

const (
	tell  step = iota // it is over: tell again what came of it
	leave             // somebody else is sending it, or what it must not overtake
	end               // it is not to be sent
	send
)

// verdict is a step and what goes with it.
type verdict struct {
	step   step
	status action.Status // of an end
	reason string        // of an end
	unsure bool          // whoever claimed it died: it may have been sent
	claim  action.Action // of a leave: what is being sent
}

// The reasons for which an action is not sent, besides the bars of a profile.
const (
	goalReached = "goal"       // what the flow was after has happened
	superseded  = "superseded" // the flow has decided anew about the same audience
	stale       = "stale"      // marketing from too long ago, or what is of no use any more
	interrupted = "stopped between sending and marking: it may have been sent"
)

// judge says what is to be done. A lease is measured by the machine's clock, as it is
// about a process being alive; an age by the suite's own.
func (p Pace) judge(j *job, repeats bool, now, wall time.Time) verdict {
	a := j.action
	claimed := a.Status == action.Sending
	switch {
	case a.Over():
		return verdict{step: tell}
	case claimed && wall.Before(a.Lease):
		return verdict{step: leave, claim: a}
	case j.entry.ID != "":
		return verdict{step: leave, claim: j.entry}
	case claimed && (!repeatable(a, repeats) || a.Attempts >= p.MaxAttempts):
		return verdict{step: end, status: action.Unknown, reason: interrupted, unsure: true}
	}
	switch why := p.obsolete(j, now); {
	case why != "" && claimed:
		return verdict{step: end, status: action.Unknown, reason: why, unsure: true}
	case why != "":
		return verdict{step: end, status: action.Cancelled, reason: why}
	}
	return verdict{step: send, unsure: claimed}
}

// repeatable tells whether what may have been sent is sent again: a customer would
// rather get word of their order twice than never, and an advertisement never than twice.
func repeatable(a action.Action, repeats bool) bool {
	return repeats || a.Purpose == events.PurposeService
}

// obsolete asks once more what was asked when the action was decided on, since the
// world has gone on. Taking a customer out of an audience is right whatever happened, and
// what is to be forgotten is found without an address.
func (p Pace) obsolete(j *job, now time.Time) string {
	a := j.action
	bar := j.profile.Barred(a.Kind, a.Channel, a.Purpose)
	if a.To != "" {
		bar = "" // they asked for it, and at this address
	}
	switch {
	case j.gone:
		return string(profile.Suppressed)
	case removes(a) && (bar != profile.Unreachable || len(a.Content.Audience.Forget) > 0):
		return ""
	case bar != "":
		return string(bar)
	case !j.thread.State(a.Flow, a.Key).Goal.IsZero():
		return goalReached
	case listed(a.Kind) && replaced(a, j.thread.Contacts):
		return superseded
	case a.Purpose == events.PurposeMarketing && now.Sub(a.Created) > p.MaxAge, a.Past(now):
		return stale
	}
	return ""
}

// replaced tells whether the same flow has had a later word on the same thing.
func replaced(a action.Action, contacts []thread.Contact) bool {
	return slices.ContainsFunc(contacts, func(c thread.Contact) bool {
		return c.Flow == a.Flow && c.Key == a.Key && c.Channel == a.Channel && c.At.After(a.Created)
	})
}
