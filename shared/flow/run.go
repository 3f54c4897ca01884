package flow

import (
	"context"
	"errors"
	"fmt"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// attempts is how often a decision that lost a race is made anew before the broker
// is asked to deliver the event again.
const attempts = 12

var timerDue = events.TimerDue{}.Type()

// serve makes the function of a flow: read profile and thread, decide, commit
// thread and action, answer with the action's request.
func (d Definition) serve(env function.Env) (*function.Function, error) {
	f, err := d.Make(env)
	if err != nil {
		return nil, err
	}
	r := &runner{Flow: f, env: env, catalog: catalog.New(env.Store, env.Now)}
	return &function.Function{Manifest: f.manifest, Handle: r.handle}, nil
}

type runner struct {
	*Flow
	env     function.Env
	catalog *catalog.Catalog
}

func (r *runner) handle(ctx context.Context, e events.Event) (*events.Event, error) {
	in, err := r.moment(e)
	if err != nil {
		return nil, err
	}
	id := events.ProfileID(e)
	if id == "" {
		return nil, function.Neverf("%s: %s has no profileid: it has not been through collect", r.name, events.Tag(e))
	}
	if _, key, err := r.handler(&in); err == nil && key == Skip {
		in.Now = r.env.Now().UTC()
		t := turn{runner: r, in: in, profile: id}
		t.observe(r.skipped(&in), false)
		return nil, ctx.Err()
	}
	for try := range attempts {
		t := turn{runner: r, in: in, profile: id}
		reply, err := t.run(ctx, try > 0)
		if err == nil || !errors.Is(err, store.ErrConflict) {
			return reply, err
		}
		if err := store.Pause(ctx, try); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", r.name, events.Tag(e), err)
		}
	}
	return nil, fmt.Errorf("%s: %s: lost %d races for thread %q", r.name, events.Tag(e), attempts, id)
}

// moment decodes an event; a timer that came is looked up in the thread later.
func (r *runner) moment(e events.Event) (Input, error) {
	in := Input{Event: e, At: e.Time(), Cause: events.Hash(e), Plan: events.Extension(e, events.ExtPlan)}
	if e.Type() == timerDue {
		due, err := events.Decode[events.TimerDue](e)
		if err != nil {
			return in, function.Never(err)
		}
		in.Timer = thread.Timer{Flow: r.name, Name: due.Timer, Key: due.Key, Due: due.Due, Set: due.SetAt}
		in.At = due.Due
		return in, nil
	}
	h, ok := r.events[e.Type()]
	if !ok {
		return in, function.Neverf("%s does not handle %s: the trigger is wrong", r.name, events.Kind(e.Type()))
	}
	var err error
	in.Data, err = h.parse(e)
	return in, function.Never(err)
}

// turn is one try at one event: read, decide, commit.
type turn struct {
	*runner
	in      Input
	profile string
	version int64 // of the thread
	waiting *store.Write
}

func (t *turn) run(ctx context.Context, raced bool) (*events.Event, error) {
	if err := t.read(ctx); err != nil {
		return nil, err
	}
	if t.in.Profile == nil {
		t.observe(Output{Entry: thread.Entry{Verdict: string(VerdictNothing), Reason: "customer is gone"}}, false)
		return nil, nil
	}
	if !t.in.Profile.Erased.IsZero() {
		// Not even that they were refused is kept of somebody who was erased.
		t.observe(Output{Entry: thread.Entry{Type: what(&t.in), Verdict: string(VerdictRefused), Reason: string(Suppressed)}}, false)
		return nil, nil
	}
	if old, ok := t.in.Thread.Decided(t.name, t.in.Cause); ok {
		t.observe(Output{Entry: old}, true)
		return t.reply(old), nil
	}
	if t.in.Timer.Name != "" && !t.stillSet() {
		t.observe(Output{Entry: thread.Entry{Type: t.in.Timer.Name, Verdict: string(VerdictNothing), Reason: "timer is no longer set"}}, false)
		return nil, nil
	}
	if t.in.Timer.Name == thread.Echo {
		return t.echo(ctx)
	}
	if err := t.prepare(ctx); err != nil {
		return nil, err
	}
	out, err := t.decide(ctx)
	if err == nil && raced && out.Action != nil {
		out, err = t.unlessDone(ctx, out)
	}
	if err != nil {
		return nil, err
	}
	if out.Changed {
		if err := t.commit(ctx, out); err != nil {
			return nil, err
		}
	}
	t.observe(out, false)
	return t.reply(out.Entry), nil
}

// read gets profile and thread in one round trip, and again for the profile that
// this one was merged into since the event was resolved.
func (t *turn) read(ctx context.Context) error {
	for range 8 {
		docs, err := t.env.Store.Get(ctx, profile.Key(t.profile), thread.Key(t.profile))
		if err != nil {
			return fmt.Errorf("%s: read profile and thread %q: %w", t.name, t.profile, err)
		}
		if !docs[0].Exists() {
			return nil
		}
		p, err := profile.Decode(docs[0])
		if err != nil {
			return function.Never(err)
		}
		if p.MergedInto != "" {
			t.profile = p.MergedInto
			continue
		}
		t.in.Profile, t.version = p, docs[1].Version
		t.in.Thread, err = thread.Read(docs[1])
		return function.Never(err)
	}
	return function.Neverf("%s: profile %q is merged in a circle", t.name, t.profile)
}

// stillSet tells whether the timer that came is one the thread waits for; it may
// have been dropped, moved or handled since it was sent.
func (t *turn) stillSet() bool {
	set, ok := t.in.Thread.Timer(t.name, t.in.Timer.Key, t.in.Timer.Name)
	if ok && set.Due.Equal(t.in.Timer.Due) {
		t.in.Timer = set
		return true
	}
	return false
}

// prepare adds what else the decision needs: the time, facts, and the event that
// is to be decided about again.
func (t *turn) prepare(ctx context.Context) error {
	t.in.Now = t.env.Now().UTC()
	switch {
	case isAgain(t.in.Timer):
		if err := t.recall(ctx); err != nil {
			return err
		}
	case t.in.Timer.Name != "":
		t.in.Data = t.in.Timer
	}
	if t.in.Timer.Name != "" && t.in.Now.Before(t.in.Timer.Due) {
		t.in.Now = t.in.Timer.Due // another machine's clock is ahead of ours
	}
	if t.need == nil {
		return nil
	}
	need := t.need(&t.in)
	facts, err := t.catalog.Facts(ctx, need)
	if err != nil {
		return fmt.Errorf("%s: read catalogue: %w", t.name, err)
	}
	t.in.Facts = facts
	return nil
}

// recall fetches from the journal the event that a put-off decision was about.
func (t *turn) recall(ctx context.Context) error {
	docs, err := t.env.Store.Get(ctx, profile.JournalKey(t.in.Timer.Event))
	if err != nil {
		return fmt.Errorf("%s: read journal %q: %w", t.name, t.in.Timer.Event, err)
	}
	e, err := profile.ReadJournal(docs[0])
	if err != nil {
		return function.Never(err)
	}
	h, ok := t.events[e.Type()]
	if !ok {
		return function.Neverf("%s: put off %s, which it does not handle", t.name, e.Type())
	}
	t.in.Event, t.in.At = e, e.Time()
	t.in.Data, err = h.parse(e)
	return function.Never(err)
}

// decide takes the turn; if it would displace a weaker contact it reads that
// action first and decides anew when it is already on its way.
func (t *turn) decide(ctx context.Context) (Output, error) {
	out, err := t.Turn(&t.in)
	if err != nil || out.Displace == "" {
		return out, function.Never(err)
	}
	docs, err := t.env.Store.Get(ctx, action.Key(out.Displace))
	if err != nil {
		return out, fmt.Errorf("%s: read action %q: %w", t.name, out.Displace, err)
	}
	if weaker, err := action.Read(docs[0]); err == nil && weaker.Status == action.Requested {
		weaker.Status, weaker.Reason, weaker.Done = action.Cancelled, "displaced by "+t.name, t.in.Now
		w, err := action.Write(weaker, docs[0].Version)
		t.waiting = &w
		return out, err
	}
	t.in.Firm = true
	out, err = t.Turn(&t.in)
	return out, function.Never(err)
}

// unlessDone decides again, when the action is there already that was decided on: the
// thread has forgotten it.
func (t *turn) unlessDone(ctx context.Context, out Output) (Output, error) {
	docs, err := t.env.Store.Get(ctx, action.Key(out.Action.ID))
	if err != nil {
		return out, fmt.Errorf("%s: read action %q: %w", t.name, out.Action.ID, err)
	}
	if !docs[0].Exists() {
		return out, nil
	}
	done, err := action.Read(docs[0])
	if err != nil {
		return out, function.Never(err)
	}
	t.in.Done = func(id string) *action.Action {
		if id == done.ID {
			return &done
		}
		return nil
	}
	t.waiting = nil
	return t.decide(ctx)
}

// commit writes thread and action, all or nothing.
func (t *turn) commit(ctx context.Context, out Output) error {
	w, err := thread.Write(out.Thread, t.version)
	if err != nil {
		return function.Never(err)
	}
	writes := []store.Write{w}
	if out.Action != nil {
		a, err := action.Write(*out.Action, 0)
		if err != nil {
			return function.Never(err)
		}
		writes = append(writes, a)
	}
	if t.waiting != nil {
		writes = append(writes, *t.waiting)
	}
	if err := t.env.Store.Commit(ctx, writes...); err != nil {
		return fmt.Errorf("%s: commit thread %q: %w", t.name, t.profile, err)
	}
	return nil
}
