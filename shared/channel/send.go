package channel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
)

// send has a claimed action done and marks what came of it.
func (r *runner) send(ctx context.Context, j *job) (*events.Event, error) {
	claim := j.action
	version := r.ahead(ctx, claim)
	receipt, err := r.deliver(ctx, j)
	fault := diagnose(err)
	a := r.pace.outcome(claim, receipt, fault, r.repeats, r.env.Now().UTC())
	a.Reason = scrub(a.Reason, &j.profile)
	if fault != nil {
		r.pause(receipt.Provider, fault.After)
	}
	if err := r.mark(ctx, claim, a, <-version); err != nil {
		return nil, err
	}
	r.count(a, fault != nil && fault.Unsure)
	if a.Status == action.Requested {
		return nil, fmt.Errorf("%s: send %q, attempt %d: %s", r.name, a.ID, a.Attempts, a.Reason)
	}
	j.action = a
	return r.reply(j), nil
}

// deliver calls the sender, for as long as there is time to mark what came of it: once the
// claim has run out, another process may be sending the same. Its panic is a fault of this
// one action, which must not stay claimed for ever.
func (r *runner) deliver(ctx context.Context, j *job) (receipt Receipt, err error) {
	left := min(r.pace.Timeout, j.action.Lease.Sub(r.wall())-marking)
	if left <= 0 {
		return Receipt{}, errors.New("its claim ran out before it could be sent")
	}
	ctx, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = &Fault{Never: true, Err: fmt.Errorf("panic: %v", p)}
		}
	}()
	return r.sender.Send(ctx, Delivery{Action: j.action, Profile: &j.profile})
}

func diagnose(err error) *Fault {
	if err == nil {
		return nil
	}
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return &Fault{Err: err, Never: function.IsNever(err)}
}

// outcome is the action as its send has left it.
func (p Pace) outcome(claim action.Action, receipt Receipt, f *Fault, repeats bool, now time.Time) action.Action {
	a := claim
	a.Lease, a.Done, a.Reason = time.Time{}, now, ""
	a.Provider, a.Reference = receipt.Provider, receipt.Reference
	if f == nil {
		a.Status = action.Sent
		return a
	}
	a.Reason = f.Error()
	switch {
	case f.Never:
		a.Status = action.Failed
	case f.Unsure && !repeatable(a, repeats):
		a.Status, a.Reason = action.Unknown, "it may have been sent: "+a.Reason
	case a.Attempts >= p.MaxAttempts:
		a.Status, a.Reason = action.Failed, fmt.Sprintf("gave up after %d attempts: %s", a.Attempts, a.Reason)
	default:
		a.Status, a.Done = action.Requested, time.Time{}
	}
	return a
}
