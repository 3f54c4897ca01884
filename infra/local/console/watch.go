package console

import (
	"strings"

	"redthread.dev/events"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
)

// inner are the types that functions tell each other: what they mean is shown with
// the decision that they belong to.
var inner = map[string]bool{
	events.TimerTick{}.Type():        true,
	events.TimerDue{}.Type():         true,
	events.ActionRequested{}.Type():  true,
	events.ExposureRecorded{}.Type(): true,
}

// own begins the sources of events that functions send.
const own = "/redthread/"

// Event tells that an event came in or, when it has a profileid, whose it was found
// to be. Each one from outside without a profileid counts as one event. All that
// functions answer may be told, too: what channels answer is understood as Done.
func (c *Console) Event(e events.Event) {
	switch {
	case e.Context == nil || inner[e.Type()]:
		return
	case e.Type() == events.ActionCompleted{}.Type():
		if d, err := events.Decode[events.ActionCompleted](e); err == nil {
			c.Done(Outcome{Action: d.ActionID, At: d.At, Done: true})
		}
		return
	case e.Type() == events.ActionFailed{}.Type():
		if d, err := events.Decode[events.ActionFailed](e); err == nil {
			c.Done(Outcome{Action: d.ActionID, At: d.At, Again: d.Again, Reason: d.Reason})
		}
		return
	case e.Type() == events.ErasureCompleted{}.Type():
		c.ledger.forget()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	profile := events.ProfileID(e)
	k := c.reel.find(e.ID(), e.Source(), e.Type(), profile)
	if k == nil {
		k = c.reel.add(&kept{cause: e.ID(), event: e.Type(), Strand: Strand{
			At: c.at(e.Time()), Type: brief(events.Short(e.Type()))}})
	}
	k.source, k.ID, k.Source = e.Source(), brief(e.ID()), brief(e.Source())
	switch {
	case profile != "":
		k.Profile = profile
	case !strings.HasPrefix(e.Source(), own):
		k.Times++
		c.counts.Events++
		c.pace.add(c.wall())
	}
	c.reel.touch(k)
}

// Decided tells what a flow decided, in the words of its trail.
func (c *Console) Decided(d function.Decided) {
	c.mu.Lock()
	defer c.mu.Unlock()
	timer := d.Type != "" && !strings.Contains(d.Type, ".")
	var k *kept
	if !timer {
		k = c.reel.find(d.Cause, "", d.Type, d.Profile)
	}
	if k != nil && d.Again && decided(k, d.Flow) {
		return
	}
	if !d.Again {
		c.counts.count(flow.Verdict(d.Verdict))
	}
	if k == nil {
		k = &kept{cause: d.Cause, Strand: Strand{At: c.at(d.At), Type: brief(title(d.Type)), Timer: timer, Profile: d.Profile}}
		if !timer {
			k.event, k.ID = d.Type, brief(d.Cause)
		}
		c.reel.add(k)
	}
	k.Profile = d.Profile
	k.Decisions = with(k.Decisions, Decision{At: c.at(d.At), Flow: d.Flow, Verdict: d.Verdict, Reason: brief(d.Reason),
		Saw: briefly(d.Saw), Key: brief(d.Key), Action: d.Action, Channel: d.Channel, Goal: d.Goal, Again: d.Again})
	if d.Action != "" {
		c.reel.byAction[d.Action] = k
		c.ledger.note(d.Action)
	}
	c.reel.touch(k)
}

// decided tells whether a flow has spoken in a strand.
func decided(k *kept, name string) bool {
	for _, d := range k.Decisions {
		if d.Flow == name {
			return true
		}
	}
	return false
}

// title is a type or a timer's name as the page shows it. A decision that was put off
// comes back by a timer with a name of its own.
func title(eventOrTimer string) string {
	name, _, _ := strings.Cut(eventOrTimer, " ")
	return events.Short(name)
}

// Done tells what a channel did about an action.
func (c *Console) Done(o Outcome) {
	c.ledger.note(o.Action)
	c.mu.Lock()
	defer c.mu.Unlock()
	o.At, o.Reason = c.at(o.At), brief(o.Reason)
	switch {
	case o.Done:
		c.counts.Done++
	case !o.Again:
		c.counts.Failed++
	}
	k := c.reel.byAction[o.Action]
	if k == nil {
		return
	}
	next := append([]Decision(nil), k.Decisions...)
	for i := range next {
		if next[i].Action == o.Action {
			next[i].Outcome = &o
		}
	}
	k.Decisions = next
	c.reel.touch(k)
}

// DeadLetter tells that a function did not take an event, and why.
func (c *Console) DeadLetter(name string, e events.Event, reason string) {
	if e.Context == nil {
		return
	}
	c.ledger.changed()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts.DeadLetters++
	profile := events.ProfileID(e)
	k := c.reel.find(e.ID(), e.Source(), e.Type(), profile)
	if k == nil {
		k = c.reel.add(&kept{cause: e.ID(), event: e.Type(), source: e.Source(), Strand: Strand{At: c.at(e.Time()),
			Type: brief(events.Short(e.Type())), ID: brief(e.ID()), Source: brief(e.Source()), Profile: profile}})
	}
	k.Letters = with(k.Letters, Letter{At: c.at(c.Now()), Function: name, Reason: brief(reason)})
	c.reel.touch(k)
}
