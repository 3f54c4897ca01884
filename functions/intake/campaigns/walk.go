package campaigns

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

const (
	// page is how many customers are looked at between two notes: so many are addressed
	// once more when a single one could not be.
	page = 100
	// stretch is how many customers are looked at for each that PACE lets be addressed: of
	// a small segment few are.
	stretch = 10
	// senders is how many events are sent at a time.
	senders = 16
)

// round is a minute's part of the walk.
type round struct {
	*campaigns
	id                string
	due               time.Time // of the timer that began it
	looked, addressed int
}

// wake addresses as many as a minute may have, and sets the timer for the next. It may be
// called for the same timer twice at a time: whoever finds that the other has noted
// something leaves it to them.
func (c *campaigns) wake(ctx context.Context, e events.Event) error {
	due, err := events.Decode[events.TimerDue](e)
	if err != nil {
		return function.Never(err)
	}
	r := &round{campaigns: c, id: events.ProfileID(e), due: due.Due}
	for more := true; more; {
		if more, err = r.step(ctx); errors.Is(err, store.ErrConflict) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// step addresses a page and notes it. It returns false when there is no more to do now.
func (r *round) step(ctx context.Context) (more bool, err error) {
	p, err := r.read(ctx, r.id)
	if err != nil {
		return false, err
	}
	if set, ok := p.thread.Timer(name, key, address); !ok || !set.Due.Equal(r.due) {
		return false, nil // it was moved, or is done
	}
	about, err := briefOf(p.Event)
	if err != nil {
		return false, function.Never(fmt.Errorf("campaigns: plan %q: %w", r.id, err))
	}
	most := min(page, r.Pace-r.addressed)
	if p.Ranking == nil && about.Budget.Limited() {
		p.Ranking = &ranking{Left: about.most}
	}
	seen, chosen, err := r.look(ctx, p, about, most)
	if err != nil {
		return false, err
	}
	if err := r.send(ctx, p, chosen, about.begins); err != nil {
		return false, err
	}
	r.looked, r.addressed = r.looked+len(seen), r.addressed+len(chosen)
	p.Looked, p.Addressed = p.Looked+len(seen), p.Addressed+len(chosen)
	return r.note(ctx, p, seen, most)
}

// look returns the places of the next customers, and those of them whom the plan is for. While it ranks
// them that is nobody.
func (r *round) look(ctx context.Context, p plan, about brief, most int) (seen, chosen []string, err error) {
	for doc, err := range r.env.Store.Query(ctx, profile.Addressable(p.Below, most)) {
		if err != nil {
			return nil, nil, fmt.Errorf("campaigns: look for customers: %w", err)
		}
		seen = append(seen, doc.Entry.Sort)
		c, err := profile.Decode(doc)
		if err != nil {
			// One broken document must not keep the others from their mail.
			r.env.Log.Error("a profile cannot be read; nothing is addressed to it", "profile", doc.Key.ID, "error", err)
			continue
		}
		if about.concerns(c) && p.Ranking.admits(c, about) {
			chosen = append(chosen, c.ID)
		}
	}
	return seen, chosen, nil
}

// send emits the event to each of them.
func (r *round) send(ctx context.Context, p plan, to []string, at time.Time) error {
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(senders)
	for _, id := range to {
		all.Go(func() error { return r.env.Emit(ctx, p.to(id, at)) })
	}
	if err := all.Wait(); err != nil {
		return fmt.Errorf("campaigns: address plan %q: %w", r.id, err)
	}
	return nil
}

// note writes how far the plan is: to go on at once, in a minute, or not at all.
func (r *round) note(ctx context.Context, p plan, seen []string, most int) (more bool, err error) {
	now := r.env.Now().UTC()
	if p.Begun.IsZero() {
		p.Begun = now
	}
	if len(seen) > 0 {
		p.Below = seen[len(seen)-1]
	}
	switch {
	case len(seen) < most && p.Ranking.settle():
		p.Below, more = "", true // once more, to address those who are within the budget
	case len(seen) < most:
		p.Done = now
		p.thread.DropTimers(name, key)
		r.env.Log.Info("a plan is addressed", "plan", r.id, "looked", p.Looked, "addressed", p.Addressed)
	case r.addressed >= r.Pace || r.looked >= stretch*r.Pace:
		p = p.awaits(now.Add(time.Minute), now)
	default:
		more = true
	}
	return more, r.commit(ctx, p)
}
