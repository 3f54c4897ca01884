package consent

import (
	"context"
	"fmt"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// eraser erases what it has read, or finds that it has changed: ErrConflict.
type eraser struct {
	*holdings
	clerk   *clerk
	receipt receipt
	version int64 // of the receipt
	now     time.Time
}

// run reads what there is and erases it. What fits into one commit goes in one.
//
// Else the last commit is the one that counts: it erases the customer and the
// identities that lead to them, and only if nothing came in since they were read.
// Until then an event that comes in still finds the customer, who is then read anew.
func (e *eraser) run(ctx context.Context) error {
	e.now = e.clerk.env.Now().UTC()
	if err := e.clerk.readRest(ctx, e.holdings, e.receipt.Identities, nil); err != nil {
		return err
	}
	if err := e.clerk.shred(e.ids, e.deeds); err != nil {
		return err
	}
	early, late, err := e.writes()
	if err != nil {
		return function.Never(err)
	}
	for len(early)+len(late) >= e.clerk.most {
		part := early[:min(len(early), e.clerk.most-1)]
		if err := e.commit(ctx, part, late); err != nil {
			return err
		}
		early = early[len(part):]
	}
	if err := e.finish(ctx, append(early, late...)); err != nil {
		return err
	}
	// A channel that was writing a file meanwhile may have done so since. From now on its
	// action is gone, so that none begins to.
	return e.clerk.shred(e.ids, e.deeds)
}

// commit erases a part, and counts it in the same commit.
func (e *eraser) commit(ctx context.Context, part, late []store.Write) error {
	e.count(part)
	e.receipt.Identities = nil
	for _, w := range late {
		if w.Key.Collection == profile.Identities {
			e.receipt.Identities = append(e.receipt.Identities, w.Key.ID)
		}
	}
	w, err := e.receipt.write(e.profile.ID, e.version)
	if err != nil {
		return function.Never(err)
	}
	if err := e.clerk.env.Store.Commit(ctx, append(slices.Clone(part), w)...); err != nil {
		return fmt.Errorf("erase a part: %w", err)
	}
	docs, err := e.clerk.env.Store.Get(ctx, w.Key)
	if err != nil {
		return fmt.Errorf("read receipt: %w", err)
	}
	e.version = docs[0].Version
	return nil
}

// finish is the last commit.
func (e *eraser) finish(ctx context.Context, writes []store.Write) error {
	e.count(writes)
	e.receipt.At, e.receipt.Identities = e.now, nil
	w, err := e.receipt.write(e.profile.ID, e.version)
	if err != nil {
		return function.Never(err)
	}
	if err := e.clerk.env.Store.Commit(ctx, append(writes, w)...); err != nil {
		return fmt.Errorf("erase the last of it: %w", err)
	}
	return nil
}

func (e *eraser) count(writes []store.Write) {
	for _, w := range writes {
		nobody := w.Key == profile.Key(e.profile.ID) && e.gone()
		silent := w.Key == thread.Key(e.profile.ID) && e.quiet()
		if !nobody && !silent {
			e.receipt.Collections[w.Key.Collection]++
		}
	}
}

// quiet tells that there is nothing in the thread to erase.
func (e *eraser) quiet() bool {
	return len(e.thread.Contacts)+len(e.thread.Flows)+len(e.thread.Timers) == 0
}

// writes makes what erases all of it. Late are the writes of the last commit. Early
// ones stand in an order that can be taken up anywhere: the journal, which tells what
// the customer was called, goes after whatever is found by that; the actions, which a
// channel looks for, at the end.
func (e *eraser) writes() (early, late []store.Write, err error) {
	own, err := e.own()
	if err != nil {
		return nil, nil, err
	}
	asked, rest := e.acted()
	late = append(own, asked...)
	identities, err := e.unname()
	if err != nil {
		return nil, nil, err
	}
	room := max(0, min(len(identities), e.clerk.most-2-len(late))) // for the receipt, and something that was early
	late, early = append(late, identities[:room]...), slices.Clone(identities[room:])
	for _, docs := range [][]store.Document{e.letters, e.mentions, e.exports, e.papers} {
		for _, d := range docs {
			early = append(early, store.Write{Key: d.Key, Version: d.Version})
		}
	}
	for _, d := range e.journal {
		early = append(early, profile.ErasedEntry(d, e.now.Add(mark)))
	}
	pointers, err := e.pointers()
	return append(append(early, pointers...), rest...), late, err
}

// acted makes the writes of the actions. Those of ours that took the customer out of
// audiences stay until the end: when one of them is told to be over, and told again,
// it is by them that we know what was to come next.
func (e *eraser) acted() (ours, rest []store.Write) {
	for _, d := range e.deeds {
		w := store.Write{Key: action.Key(d.ID), Version: d.version}
		if d.Flow == name && len(ours) < e.clerk.most/2 {
			ours = append(ours, w)
		} else {
			rest = append(rest, w)
		}
	}
	return ours, rest
}

// unname makes the writes of the identities.
func (e *eraser) unname() ([]store.Write, error) {
	var company []string
	for _, name := range e.mine() {
		if events.Strong(profile.TypeOf(name)) {
			company = append(company, e.clerk.rules.CompanyOf(name))
		}
	}
	var writes []store.Write
	for _, i := range e.identities {
		w, theirs, err := i.without(e.ids, company)
		if err != nil {
			return nil, err
		}
		if theirs {
			writes = append(writes, w)
		}
	}
	return writes, nil
}

// pointers makes the writes of the profiles that became the customer's. They stay as
// what they are, signs that point to the customer: what is still on its way to them
// then finds somebody who was erased, and not nobody.
func (e *eraser) pointers() ([]store.Write, error) {
	var writes []store.Write
	for _, d := range e.absorbed {
		p, err := profile.Read(d)
		if err != nil {
			return nil, err
		}
		if !p.Erased.IsZero() {
			continue
		}
		w, err := profile.Write(profile.Profile{ID: p.ID, MergedInto: p.MergedInto, Erased: e.now}, d.Version)
		if err != nil {
			return nil, err
		}
		writes = append(writes, w)
	}
	for _, d := range e.threads {
		if d.Expires.IsZero() {
			w := store.Write{Key: d.Key, Version: d.Version, Data: d.Data, Expires: e.now.Add(mark)}
			writes = append(writes, w)
		}
	}
	return writes, nil
}

// own makes the writes of the customer's own profile and thread. The thread is left
// empty for a while: a flow that is deciding at this moment finds it changed, decides
// again, and finds that there is nobody to decide about.
func (e *eraser) own() ([]store.Write, error) {
	at := e.now
	if !e.profile.Erased.IsZero() {
		at = e.profile.Erased
	}
	p, err := profile.Write(profile.Profile{ID: e.profile.ID, Erased: at}, e.customer.version.profile)
	if err != nil {
		return nil, err
	}
	t, err := thread.Write(thread.Thread{Profile: e.profile.ID}, e.customer.version.thread)
	t.Expires = e.now.Add(mark)
	return []store.Write{p, t}, err
}
