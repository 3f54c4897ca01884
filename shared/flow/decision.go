package flow

import (
	"fmt"
	"maps"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/words"
)

// Verdict is what a decision comes to.
type Verdict string

// The verdicts. A flow says act, wait or nothing; the policy may refuse an act,
// or put it off to the end of quiet hours.
const (
	VerdictAct     Verdict = "act"
	VerdictWait    Verdict = "wait"
	VerdictNothing Verdict = "nothing"
	VerdictSegment Verdict = "segment"
	VerdictTell    Verdict = "tell"
	VerdictRefused Verdict = "refused"
	VerdictPutOff  Verdict = "put off"
)

// Decision says what, if anything, the shop should do, and what the flow wants to
// remember. Make one with Act, Wait or Nothing.
type Decision struct {
	verdict   Verdict
	reason    string
	step      string
	content   action.Content
	channels  []string
	urgent    bool
	inferred  []string
	state     any
	timers    []alarm
	dropped   []string
	dropEvery bool
	saw       []string
	otherwise *Decision
	segment   string
	told      events.Data
	learnt    map[string]any
	later     time.Time
	write     func(*action.Content) error
	about     time.Time
	goesOn    bool
	patience  time.Time
	until     time.Time
}

type alarm struct {
	name string
	at   time.Time
}

// Act does something: content in the first of the channels that may be used. The
// step, one of a few fixed names, says which of the flow's steps it is: the same
// step for the same key is done once, whatever causes it (but see For).
func Act(step string, content action.Content, channels ...string) Decision {
	return Decision{verdict: VerdictAct, reason: step, step: step, content: content, channels: channels}
}

// For lets a step be done once for each of what it is for, such as a post of a
// conversation or a visit of a customer.
func (d Decision) For(what string) Decision {
	d.step += " " + what
	return d
}

// Wait decides again when the named timer comes.
func Wait(timer string, at time.Time) Decision {
	return Decision{verdict: VerdictWait, reason: timer}.Then(timer, at)
}

// Later decides about the same event again at a time, when what belongs to it may
// have arrived.
func Later(at time.Time) Decision {
	return Decision{verdict: VerdictWait, reason: "later", later: at}
}

// Nothing keeps still. The reason is one of a few fixed phrases: it is counted.
func Nothing(reason string) Decision {
	return Decision{verdict: VerdictNothing, reason: reason}
}

// About says when that happened which the decision is about, unless it is the event that it
// was made on: the goal ends what is about something before it.
func (d Decision) About(at time.Time) Decision {
	d.about = at
	return d
}

// Keep remembers state, a JSON-able value, about the key.
func (d Decision) Keep(state any) Decision {
	d.state = state
	return d
}

// Learn adds what was learnt about the key, a JSON-able value, under the name of what
// taught it, such as the event's cause. Unlike what Keep remembers it is never
// replaced, and a merge of two customers keeps what was learnt of either: a flow that learns
// is woken then by the timer thread.Joined. See Moment.Known.
func (d Decision) Learn(name string, what any) Decision {
	d.learnt = maps.Clone(d.learnt)
	if d.learnt == nil {
		d.learnt = map[string]any{}
	}
	d.learnt[name] = what
	return d
}

// Then sets a timer; one of the same name for the same key is replaced.
func (d Decision) Then(timer string, at time.Time) Decision {
	d.timers = append(d.timers[:len(d.timers):len(d.timers)], alarm{timer, at})
	return d
}

// Drop drops the named timers of the key, or all of them.
func (d Decision) Drop(timers ...string) Decision {
	d.dropped, d.dropEvery = timers, len(timers) == 0
	return d
}

// GoesOn says that the event, though it is of the goal's type, is not the goal: an order of
// something else than what the flow is about.
func (d Decision) GoesOn() Decision {
	d.goesOn = true
	return d
}

// Patient lets an act that the attention budget has no room for be decided again a day
// later, and so on, before a time. Without, it is refused.
func (d Decision) Patient(until time.Time) Decision {
	d.patience = until
	return d
}

// Until lets an act be carried out before a time only: then it is of no use any more. A
// channel that comes to it later lets it be, and nobody waits longer for a device that is off.
func (d Decision) Until(at time.Time) Decision {
	d.until = at
	return d
}

// Urgent lets a service message through quiet hours.
func (d Decision) Urgent() Decision {
	d.urgent = true
	return d
}

// Inferred names the products or categories that the content infers an interest
// in. What the customer has declared or bought is not inferred.
func (d Decision) Inferred(skusOrCategories ...string) Decision {
	d.inferred = append(d.inferred[:len(d.inferred):len(d.inferred)], skusOrCategories...)
	return d
}

// Otherwise is what to do when the customer cannot be reached, or has not agreed to
// be, in the way the decision wants, or it would show that we have inferred something
// sensitive: another act.
func (d Decision) Otherwise(o Decision) Decision {
	d.otherwise = &o
	return d
}

// Enter puts the customer into a segment instead of doing something.
func Enter(segment string) Decision {
	return Decision{verdict: VerdictSegment, reason: segment, segment: segment}
}

// Tell answers with an event of the flow's own instead of doing something. The manifest
// lists it under emits.
func Tell(reason string, what events.Data) Decision {
	return Decision{verdict: VerdictTell, reason: reason, told: what}
}

// Because adds what the flow saw to the trail: facts, never identifiers.
func (d Decision) Because(format string, args ...any) Decision {
	d.saw = append(d.saw[:len(d.saw):len(d.saw)], fmt.Sprintf(format, args...))
	return d
}

// ActMessage is Act with words to the customer. They are written, by a pure function of
// the moment, once the policy has let them through. When that fails, as when a text
// lacks a word, the event goes to the dead letters with the error.
func ActMessage(step string, write func() (words.Message, error), channels ...string) Decision {
	d := Act(step, action.Content{}, channels...)
	d.write = func(c *action.Content) error {
		m, err := write()
		c.Message = &m
		return err
	}
	return d
}

// ActTicket is Act with work for customer service.
func ActTicket(step string, t action.Ticket) Decision {
	return Act(step, action.Content{Ticket: &t}, "ticket")
}

// ActAudience is Act with a place in an advertising audience.
func ActAudience(step string, a action.Audience) Decision {
	return Act(step, action.Content{Audience: &a}, "audience")
}

// ActPrint is Act with a place on a print list, of who is sent something by post. It is no
// message that counts for the attention budget.
func ActPrint(step, list string, p action.Print) Decision {
	return ActAudience(step, action.Audience{Name: list, Print: &p})
}

// ActBooking is Act with the books of an order, for the systems that keep them.
func ActBooking(step string, b action.Booking) Decision {
	return Act(step, action.Content{Booking: &b}, "crm")
}

// ActPrompt is Act with a word for who serves the customer in a store, written as a message is.
// It takes what marketing takes, but no place in the attention budget: a person decides
// whether to say it.
func ActPrompt(step string, write func() (action.Prompt, error)) Decision {
	d := Act(step, action.Content{Prompt: &action.Prompt{}}, "crm")
	d.write = func(c *action.Content) error {
		p, err := write()
		c.Prompt = &p
		return err
	}
	return d
}

// ActLead is Act with a customer for a salesperson to turn to.
func ActLead(step string, l action.Lead) Decision {
	return Act(step, action.Content{Lead: &l}, "crm")
}
