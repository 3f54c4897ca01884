package why

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// ErrUnknown says that the shop knows no such customer.
var ErrUnknown = errors.New("the shop knows no such customer")

// Find returns the profile of the customer who has an identifier: of a type and a
// value, in any form. The type profile takes a profile id as it is.
func (a Asker) Find(ctx context.Context, idType, value string) (string, error) {
	if idType == events.IDProfile {
		return value, nil
	}
	normal, err := events.Normalise(idType, value, a.Rules.Country)
	if err != nil {
		return "", err
	}
	docs, err := a.Store.Get(ctx, a.Rules.IdentityKey(profile.NameOf(idType, normal)))
	if err != nil {
		return "", err
	}
	i, err := profile.ReadIdentity(docs[0])
	switch {
	case err != nil:
		return "", err
	case !i.Public.IsZero():
		return "", fmt.Errorf("%w: %s %q names nobody since %s, as too many had used it by then", ErrUnknown, idType, value, i.Public.Format(time.RFC3339))
	case i.Profile == "":
		return "", fmt.Errorf("%w by %s %q", ErrUnknown, idType, value)
	}
	return i.Profile, nil
}

// history is all that is stored about a customer.
type history struct {
	ids     []string // the profile, then those it absorbed
	profile profile.Profile
	thread  thread.Thread
	entries []profile.Entry
	actions []action.Action
}

// hops bounds how many merges are followed.
const hops = 16

func (a Asker) read(ctx context.Context, id string) (*history, error) {
	h := &history{}
	for range hops {
		docs, err := a.Store.Get(ctx, profile.Key(id), thread.Key(id))
		if err != nil {
			return nil, fmt.Errorf("read profile and thread %q: %w", id, err)
		}
		if !docs[0].Exists() {
			return nil, fmt.Errorf("%w by profile %q", ErrUnknown, id)
		}
		if h.profile, err = profile.Read(docs[0]); err != nil {
			return nil, err
		}
		if h.profile.MergedInto != "" {
			id = h.profile.MergedInto
			continue
		}
		if h.thread, err = thread.Read(docs[1]); err != nil {
			return nil, err
		}
		if !h.profile.Erased.IsZero() {
			return nil, fmt.Errorf("profile %q was erased on %s: nothing is kept of it", id, h.profile.Erased.Format(time.DateOnly))
		}
		h.ids = []string{id}
		return h, a.readAll(ctx, h)
	}
	return nil, fmt.Errorf("profile %q was merged more than %d times over", id, hops)
}

// readAll reads what was written under the customer's ids; those that became part of
// one that became part of this one are the customer's, too.
func (a Asker) readAll(ctx context.Context, h *history) error {
	for i := 0; i < len(h.ids); i++ {
		for doc, err := range a.Store.Query(ctx, profile.Absorbed(h.ids[i])) {
			if err != nil {
				return fmt.Errorf("read what profile %q absorbed: %w", h.ids[i], err)
			}
			if !slices.Contains(h.ids, doc.Key.ID) {
				h.ids = append(h.ids, doc.Key.ID)
			}
		}
		for doc, err := range a.Store.Query(ctx, profile.History(h.ids[i])) {
			if err != nil {
				return fmt.Errorf("read journal of profile %q: %w", h.ids[i], err)
			}
			entry, err := profile.ReadEntry(doc)
			if err != nil {
				return err
			}
			h.entries = append(h.entries, entry)
		}
		for doc, err := range a.Store.Query(ctx, store.Query{Collection: action.Collection, Partition: h.ids[i]}) {
			if err != nil {
				return fmt.Errorf("read actions of profile %q: %w", h.ids[i], err)
			}
			one, err := action.Read(doc)
			if err != nil {
				return err
			}
			h.actions = append(h.actions, one)
		}
	}
	return nil
}

// until is the last time of which anything is known.
func (h *history) until() time.Time {
	var last time.Time
	see := func(t time.Time) {
		if t.After(last) {
			last = t
		}
	}
	for _, e := range h.entries {
		see(e.Received)
	}
	for _, a := range h.actions {
		see(a.Created)
	}
	for _, f := range h.thread.Flows {
		for _, e := range f.Trail {
			see(e.At)
		}
	}
	return last
}

// allows lists the channels that the customer has agreed to for marketing.
func allows(p *profile.Profile) []string {
	list := []string{}
	for _, channel := range []events.ConsentChannel{events.ConsentEmail, events.ConsentSMS, events.ConsentPush, events.ConsentPhone, events.ConsentPost, events.ConsentAds} {
		if granted, _ := p.Consented(channel, events.PurposeMarketing); granted {
			list = append(list, string(channel))
		}
	}
	return list
}

// title is a timer's name as people know it: one that decides anew about an event is
// called by the event's id, too.
func title(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}
