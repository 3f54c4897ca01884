package flow

import (
	"context"

	"redthread.dev/events"
	"redthread.dev/shared/thread"
)

// echo answers once more to what was decided on, if it was. If not, the timer that was not
// taken is still there.
func (t *turn) echo(ctx context.Context) (*events.Event, error) {
	out := Output{Thread: t.in.Thread}
	out.Thread.DropTimers(t.name, t.in.Timer.Key, thread.Echo)
	if err := t.commit(ctx, out); err != nil {
		return nil, err
	}
	old, ok := t.in.Thread.Decided(t.name, t.in.Timer.Key)
	if !ok {
		old = thread.Entry{Type: thread.Echo, Verdict: string(VerdictNothing), Reason: "nothing was decided"}
	}
	t.observe(Output{Entry: old}, ok)
	return t.reply(old), nil
}
