package channel

import (
	"context"
	"time"

	"redthread.dev/shared/action"
)

// moment is how long anybody waits at least, as what is free is not waited for.
const moment = 100 * time.Millisecond

// patience is how long an event may wait for its turn, so that there is time to send.
func (r *runner) patience(ctx context.Context) time.Duration {
	const usual = 10 * time.Second
	if end, ok := ctx.Deadline(); ok {
		return min(max(time.Until(end)-r.pace.Timeout, moment), usual)
	}
	return usual
}

// await waits, as long as there is patience, for whoever is sending an action to mark
// it, or for their claim to end. Brokers count each answer that says busy as one of the
// few failures before the dead letters, so that what is soon over is better waited for.
func (r *runner) await(ctx context.Context, claim action.Action) {
	const glance, second = 50 * time.Millisecond, time.Second
	left := claim.Lease.Sub(r.wall()) + time.Millisecond // the claim is over by then, not nearly
	ctx, cancel := context.WithTimeout(ctx, min(left, r.patience(ctx)))
	defer cancel()
	for pause := glance; ; pause = min(2*pause, second) {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
		if now, _, err := r.look(ctx, claim.ID); err == nil && !ours(now, claim) {
			return
		}
	}
}
