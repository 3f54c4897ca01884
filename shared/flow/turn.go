package flow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/thread"
)

// Turn takes one moment through the flow and the policy. It is pure: the same
// input, which stays as it is, gives the same output.
func (f *Flow) Turn(in *Input) (Output, error) {
	h, key, err := f.handler(in)
	if err != nil {
		return Output{}, err
	}
	if key == Skip {
		return f.skipped(in), nil
	}
	state := in.Thread.State(f.name, key)
	d := h.turn(base{Moment[any]{Data: in.Data, Key: key, At: in.At, Now: in.Now, Cause: in.Cause,
		Profile: in.Profile, Thread: &in.Thread, Facts: in.Facts, state: state.Data, known: state.Known, flow: f}})
	out := Output{Thread: in.Thread}
	if in.Timer.Name != "" {
		out.Thread.DropTimers(f.name, in.Timer.Key, in.Timer.Name)
		out.Changed = true
	}
	if !d.goesOn {
		f.goal(in, key, &out)
	}
	out.Entry = thread.Entry{At: in.Now, Cause: in.Cause, Type: what(in), Key: key,
		Verdict: string(d.verdict), Reason: d.reason, Saw: d.saw}
	if d.verdict == VerdictAct {
		if putOff, err := f.act(in, key, &d, &out); putOff || err != nil {
			return out, err
		}
	}
	if d.segment != "" {
		out.Entry.Segment, out.Changed = d.segment, true
	}
	if d.told != nil {
		if err := tell(d.told, &out); err != nil {
			return out, function.Neverf("%s: %s about %q: %w", f.name, what(in), key, err)
		}
	}
	if !d.later.IsZero() {
		f.again(in, key, d.later.UTC(), d.when(in), &out)
	}
	if err := f.apply(in, key, &d, &out); err != nil {
		return out, err
	}
	if out.Changed {
		out.Thread.Record(f.name, out.Entry)
	}
	return out, nil
}

// skipped is what comes of an event that the flow has no use for.
func (f *Flow) skipped(in *Input) Output {
	return Output{Thread: in.Thread, Entry: thread.Entry{At: in.Now, Cause: in.Cause, Type: what(in), Verdict: string(VerdictNothing), Reason: "of no use"}}
}

func (f *Flow) handler(in *Input) (Handler, string, error) {
	if in.Timer.Name != "" && in.Timer.Event == "" {
		h, ok := f.timers[in.Timer.Name]
		if !ok {
			return h, "", fmt.Errorf("%s has no timer %q", f.name, in.Timer.Name)
		}
		return h, in.Timer.Key, nil
	}
	h, ok := f.events[in.Event.Type()]
	if !ok {
		return h, "", fmt.Errorf("%s does not handle %s", f.name, in.Event.Type())
	}
	return h, h.key(in.Data), nil
}

func what(in *Input) string {
	if in.Timer.Name != "" {
		return in.Timer.Name
	}
	return in.Event.Type()
}

// when is when that happened which a decision is about: as it says, or the event that came,
// or the one that the timer goes back to.
func (d *Decision) when(in *Input) time.Time {
	switch {
	case !d.about.IsZero():
		return d.about
	case in.Timer.Name != "":
		return in.Timer.About
	}
	return in.At
}

// goal ends the flow's work about the key, or about all keys: waiting timers are
// dropped, and what was acted on is marked so that channels let it be. Work that was
// begun by something later goes on: the goal may come late, or once more.
func (f *Flow) goal(in *Input, key string, out *Output) {
	if in.Timer.Name != "" || !slices.Contains(f.manifest.Goal, in.Event.Type()) {
		return
	}
	out.Goal = true
	for _, t := range slices.Clone(in.Thread.Timers) {
		if t.Flow == f.name && (key == "" || t.Key == key) && !t.About.After(in.At) {
			out.Thread.DropTimers(f.name, t.Key, t.Name)
			out.Changed = true
		}
	}
	for k, s := range in.Thread.Flows[f.name].Keys {
		if (key == "" || k == key) && s.Goal.Before(in.At) && !s.About.After(in.At) {
			s.Goal = in.At
			out.Thread.SetState(f.name, k, s)
			out.Changed = true
		}
	}
	for _, c := range in.Thread.Contacts {
		if c.Flow != f.name || key != "" && c.Key != key {
			continue
		}
		out.Touched = true
		if !in.Thread.State(f.name, c.Key).About.After(in.At) && out.Thread.Mend(c.Action) {
			out.Changed = true
		}
	}
}

// act asks the policy. It returns true when the decision is put off: then nothing
// of it is kept but the time to decide again. The error is that of writing.
func (f *Flow) act(in *Input, key string, d *Decision, out *Output) (putOff bool, err error) {
	a := f.proposal(key, d)
	if c, ok := out.Thread.Acted(f.name, key, d.step); ok {
		out.Entry.Verdict, out.Entry.Reason = string(VerdictNothing), "done before"
		out.Entry.Action, out.Entry.Channel, out.Entry.Kind = c.Action, c.Channel, c.Kind
		return false, nil
	}
	if in.Done != nil {
		if a := in.Done(action.ID(f.name, in.Profile.ID, key, d.step)); a != nil {
			out.Entry.Verdict, out.Entry.Reason = string(VerdictNothing), "done before"
			out.Entry.Action, out.Entry.Channel, out.Entry.Kind = a.ID, a.Channel, string(a.Kind)
			return false, nil
		}
	}
	zone := in.Profile.Zone(f.zone)
	r := f.policy.rule(a, in.Profile, &out.Thread, in.Facts, in.Now, zone)
	if r.reason == Capped && r.displace.Action != "" && !in.Firm {
		relieved := out.Thread
		relieved.Release(r.displace.Action)
		switch again := f.policy.rule(a, in.Profile, &relieved, in.Facts, in.Now, zone); again.reason {
		case "":
			out.Displace = r.displace.Action
			out.Thread, r = relieved, again
		case InQuiet:
			r = again // in the morning there may be room without that
		}
	}
	if d.otherwise != nil && slices.Contains([]Reason{Unreachable, NoConsent, Suppressed, Sensitive}, r.reason) {
		out.Entry.Reason = d.otherwise.reason
		return f.act(in, key, d.otherwise, out)
	}
	tomorrow := in.Now.Add(24 * time.Hour)
	switch {
	case r.reason == "":
		return false, f.request(in, key, d, r.channel, out)
	case r.reason == InQuiet:
		f.putOff(in, key, r.reason, r.until, out)
		return true, nil
	case r.reason == Capped && tomorrow.Before(d.patience):
		f.putOff(in, key, r.reason, tomorrow, out)
		return true, nil
	}
	out.Entry.Verdict, out.Entry.Reason = string(VerdictRefused), string(r.reason)
	out.Changed = true
	return false, nil
}

func (f *Flow) proposal(key string, d *Decision) proposal {
	return proposal{
		flow: f.name, key: key, step: d.step,
		purpose: events.Purpose(f.manifest.Purpose), priority: f.manifest.Priority,
		kind: d.content.Kind(), remove: d.content.Audience != nil && d.content.Audience.Remove,
		urgent: d.urgent, channels: d.channels, inferred: d.inferred, holdout: f.holdout,
	}
}

func (f *Flow) request(in *Input, key string, d *Decision, channel string, out *Output) error {
	content := d.content
	if d.write != nil && !f.silent {
		if err := d.write(&content); err != nil {
			return fmt.Errorf("%s: %s about %q: %w", f.name, what(in), key, err)
		}
	}
	a := &action.Action{
		ID: action.ID(f.name, in.Profile.ID, key, d.step), Kind: d.content.Kind(), Channel: channel,
		Flow: f.name, Key: key, Step: d.step, Profile: in.Profile.ID, Cause: in.Cause,
		Purpose: events.Purpose(f.manifest.Purpose), Priority: f.manifest.Priority, Urgent: d.urgent,
		Content: content, Created: in.Now, Until: d.until.UTC(), Status: action.Requested,
	}
	out.Action, out.Changed, out.Urgent = a, true, d.urgent
	out.Entry.Action, out.Entry.Channel, out.Entry.Kind = a.ID, channel, string(a.Kind)
	out.Thread.Touch(thread.Contact{At: in.Now, Flow: f.name, Key: key, Step: d.step, Action: a.ID, Channel: channel,
		Kind: string(a.Kind), Purpose: a.Purpose, Priority: a.Priority,
		Complaint: d.content.Ticket != nil && d.content.Ticket.Complaint})
	return nil
}

// again is the name of timers that decide anew about an event.
const again = "again "

func (f *Flow) putOff(in *Input, key string, why Reason, until time.Time, out *Output) {
	f.again(in, key, until.UTC(), in.At, out)
	out.Entry.Verdict, out.Entry.Reason = string(VerdictPutOff), string(why)
	out.Thread.Record(f.name, out.Entry)
}

// again sets the timer that came, or one to decide about the event, for later. What was
// addressed to the customer is not in the journal: the plan is.
func (f *Flow) again(in *Input, key string, at, about time.Time, out *Output) {
	t := in.Timer
	if t.Name == "" {
		t = thread.Timer{Flow: f.name, Name: again + in.Cause, Key: key, About: about, Event: cmp.Or(in.Plan, in.Cause)}
	}
	t.Due, t.Set = at, in.Now
	out.Thread.SetTimer(t)
	out.Changed = true
}

// apply keeps what the flow wants to remember.
func (f *Flow) apply(in *Input, key string, d *Decision, out *Output) error {
	if d.dropEvery {
		f.drop(in, key, out)
	} else if len(d.dropped) > 0 {
		f.drop(in, key, out, d.dropped...)
	}
	for _, t := range d.timers {
		out.Thread.SetTimer(thread.Timer{Flow: f.name, Name: t.name, Key: key, Due: t.at.UTC(), Set: in.Now, About: d.when(in)})
		out.Changed = true
	}
	if d.state == nil && out.Action == nil && len(d.learnt) == 0 {
		return nil
	}
	s := out.Thread.State(f.name, key)
	learnt, err := learn(&s, d.learnt)
	if err != nil {
		return function.Neverf("%s: what is known of %q: %w", f.name, key, err)
	}
	if d.state != nil {
		data, err := json.Marshal(d.state)
		if err != nil {
			return function.Neverf("%s: state of %q: %w", f.name, key, err)
		}
		if out.Action == nil && len(d.timers) == 0 && !learnt && sameJSON(data, s.Data) {
			return nil
		}
		s.Data = data
	}
	s.Updated = in.Now
	if at := d.when(in); at.After(s.About) {
		s.About = at
	}
	if out.Action != nil {
		s.Goal = time.Time{}
	}
	out.Thread.SetState(f.name, key, s)
	out.Changed = true
	return nil
}

func (f *Flow) drop(in *Input, key string, out *Output, names ...string) {
	before := len(out.Thread.Timers)
	out.Thread.DropTimers(f.name, key, names...)
	out.Changed = out.Changed || len(out.Thread.Timers) != before
}

// isAgain tells a timer that decides anew about an event.
func isAgain(t thread.Timer) bool { return strings.HasPrefix(t.Name, again) && t.Event != "" }
