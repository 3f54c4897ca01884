package channel

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// tries is how often a race for an action is run again before the broker is asked to
// deliver the event anew.
const tries = 6

// fresh is how old what was read may be when the sending begins.
const fresh = time.Second

type runner struct {
	name    string
	pace    Pace
	sender  Sender
	repeats bool
	env     function.Env
	gates   *gates
	wall    func() time.Time // the machine's clock
}

// handle does the action that an event asks for, once, however often it asks.
func (r *runner) handle(ctx context.Context, e events.Event) (*events.Event, error) {
	asked, err := events.Decode[events.ActionRequested](e)
	if err != nil {
		return nil, function.Never(err)
	}
	var out func() // of the gate
	defer func() {
		if out != nil {
			out()
		}
	}()
	awaited := false
	for try := range tries {
		j, err := r.read(ctx, asked.ActionID, events.ProfileID(e))
		if err != nil || j == nil {
			return nil, err
		}
		v := r.pace.judge(j, r.repeats, r.env.Now(), r.wall())
		if v.step == leave && !awaited {
			awaited = true
			r.await(ctx, v.claim)
			continue
		}
		if v.step == send && out == nil {
			began := time.Now()
			if out, err = r.gate(j).enter(ctx, r.patience(ctx)); err != nil {
				return nil, busy("%s: send %q: %v", r.name, j.action.ID, err)
			}
			if time.Since(began) > fresh {
				continue
			}
		}
		reply, err := r.take(ctx, j, v)
		if !errors.Is(err, store.ErrConflict) {
			return reply, err
		}
		if err := store.Pause(ctx, try); err != nil {
			return nil, fmt.Errorf("%s: action %q: %w", r.name, asked.ActionID, err)
		}
	}
	return nil, fmt.Errorf("%s: lost %d races for action %q", r.name, tries, asked.ActionID)
}

// gate is that of whom the action would be sent through.
func (r *runner) gate(j *job) *gate {
	if d, ok := r.sender.(Divided); ok {
		return r.gates.to(d.Provider(Delivery{Action: j.action, Profile: &j.profile}))
	}
	return r.gates.to("")
}

// pause lets alone for a while who asked for it.
func (r *runner) pause(provider string, d time.Duration) {
	if _, ok := r.sender.(Divided); !ok {
		provider = ""
	}
	r.gates.to(provider).pause(d)
}

// take goes the step that was judged right. ErrConflict says that it no longer is.
func (r *runner) take(ctx context.Context, j *job, v verdict) (*events.Event, error) {
	switch v.step {
	case tell:
		if err := r.release(ctx, j); err != nil { // whoever else cancelled it may not have
			return nil, err
		}
		return r.reply(j), nil
	case leave:
		return nil, busy("%s: action %q is being sent until %s", r.name, v.claim.ID, v.claim.Lease.Format(time.RFC3339))
	case end:
		j.action.Status, j.action.Reason, j.action.Done = v.status, v.reason, r.env.Now().UTC()
		j.action.Lease = time.Time{}
		w, err := action.Write(j.action, j.version)
		if err != nil {
			return nil, function.Never(err)
		}
		if err := r.release(ctx, j, w); err != nil {
			return nil, err
		}
		r.count(j.action, v.unsure)
		return r.reply(j), nil
	}
	if err := r.claim(ctx, j); err != nil {
		return nil, err
	}
	if v.unsure {
		r.doubt(j.action)
	}
	return r.send(ctx, j)
}

// claim takes the action for this process. When the store's answer is lost it looks
// whether the claim is there: a lease's end, to the nanosecond, is like a signature.
func (r *runner) claim(ctx context.Context, j *job) error {
	a := j.action
	a.Status, a.Attempts, a.Lease = action.Sending, a.Attempts+1, r.wall().UTC().Add(r.pace.Lease).Round(0)
	err := r.write(ctx, a, j.version)
	if err != nil && !errors.Is(err, store.ErrConflict) {
		if now, _, found := r.look(ctx, a.ID); found == nil && ours(now, a) {
			err = nil
		}
	}
	if err == nil {
		j.action = a
	}
	return err
}

// busy is an error that says: later. It is answered 503.
func busy(format string, args ...any) error {
	return &function.Refusal{Status: http.StatusServiceUnavailable, Reason: fmt.Sprintf(format, args...)}
}

// release commits writes, and with them gives back the customer's attention if the
// action was cancelled: all or nothing, and only on the thread as it was read, so that a
// flow that is counting contacts at this moment counts again.
func (r *runner) release(ctx context.Context, j *job, writes ...store.Write) error {
	if j.action.Status == action.Cancelled && !j.gone && j.thread.Release(j.action.ID) {
		w, err := thread.Write(j.thread, j.said)
		if err != nil {
			return function.Never(err)
		}
		writes = append(writes, w)
	}
	return r.commit(ctx, j.action.ID, writes...)
}

func (r *runner) write(ctx context.Context, a action.Action, version int64) error {
	w, err := action.Write(a, version)
	if err != nil {
		return function.Never(err)
	}
	return r.commit(ctx, a.ID, w)
}

func (r *runner) commit(ctx context.Context, id string, writes ...store.Write) error {
	if len(writes) == 0 {
		return nil
	}
	if err := r.env.Store.Commit(ctx, writes...); err != nil {
		return fmt.Errorf("%s: commit action %q: %w", r.name, id, err)
	}
	return nil
}
