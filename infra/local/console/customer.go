package console

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// dossier is why a customer did or did not hear from the shop, newest first. There is
// nothing in it by which one could tell who it is, except for where the links of exports
// lead.
type dossier struct {
	Profile   string    `json:"profile"`
	Asked     string    `json:"asked,omitempty"` // the id that was asked for, if that profile has become part of another
	Since     time.Time `json:"since,omitzero"`
	Erased    bool      `json:"erased,omitempty"`
	Orders    int       `json:"orders"`
	Decisions []past    `json:"decisions,omitempty"`
	Waiting   []waiting `json:"waiting,omitempty"`
	Events    []event   `json:"events,omitempty"`
	Actions   []deed    `json:"actions,omitempty"`
	Exports   []handed  `json:"exports,omitempty"`
}

// handed is a copy of all that is held about the customer: where it is, and how long.
type handed struct {
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
	Link  string    `json:"link"`
	Mail  string    `json:"mail,omitempty"` // the action that mails the link; empty: nobody could be written to
}

// past is a decision as the thread's trail remembers it.
type past struct {
	Type string `json:"type"`
	Decision
}

type waiting struct {
	Flow string    `json:"flow"`
	Name string    `json:"name"`
	Key  string    `json:"key,omitempty"`
	Due  time.Time `json:"due"`
}

type event struct {
	At   time.Time `json:"at"`
	Type string    `json:"type"`
}

type deed struct {
	Action  string        `json:"action"`
	At      time.Time     `json:"at"`
	Kind    string        `json:"kind"`
	Channel string        `json:"channel"`
	Flow    string        `json:"flow"`
	Step    string        `json:"step"`
	Status  action.Status `json:"status"`
	Reason  string        `json:"reason,omitempty"`
}

// showPast is how many of each a dossier shows; showMerged, of how many profiles that
// became part of this one.
const (
	showPast   = 50
	showMerged = 8
)

var errNobody = errors.New("there is no customer with this profile id")

func (c *Console) customer(w http.ResponseWriter, r *http.Request) {
	d, err := c.dossier(r.Context(), r.PathValue("profile"))
	switch {
	case err == nil:
		answer(w, http.StatusOK, d)
	case errors.Is(err, errNobody):
		answer(w, http.StatusNotFound, oops{err.Error()})
	case errors.Is(err, store.ErrInvalid):
		answer(w, http.StatusBadRequest, oops{err.Error()})
	default:
		answer(w, http.StatusInternalServerError, oops{err.Error()})
	}
}

func (c *Console) dossier(ctx context.Context, asked string) (dossier, error) {
	p, t, err := c.follow(ctx, asked)
	if err != nil {
		return dossier{}, err
	}
	d := dossier{Profile: p.ID, Erased: !p.Erased.IsZero(), Orders: p.Totals.Orders}
	if !p.Created.IsZero() {
		d.Since = c.at(p.Created)
	}
	if asked != p.ID {
		d.Asked = asked
	}
	for name, f := range t.Flows {
		for _, e := range f.Trail {
			d.Decisions = append(d.Decisions, past{brief(title(e.Type)), Decision{At: c.at(e.At), Flow: name, Verdict: e.Verdict,
				Reason: brief(e.Reason), Saw: briefly(e.Saw), Key: brief(e.Key), Action: e.Action, Channel: e.Channel}})
		}
	}
	for _, x := range t.Timers {
		d.Waiting = append(d.Waiting, waiting{Flow: x.Flow, Name: title(x.Name), Key: brief(x.Key), Due: c.at(x.Due)})
	}
	if err := c.history(ctx, &d); err != nil {
		return dossier{}, err
	}
	if err := c.exports(ctx, &d); err != nil {
		return dossier{}, err
	}
	slices.SortStableFunc(d.Decisions, func(a, b past) int { return b.At.Compare(a.At) })
	slices.SortStableFunc(d.Events, func(a, b event) int { return b.At.Compare(a.At) })
	slices.SortStableFunc(d.Actions, func(a, b deed) int { return b.At.Compare(a.At) })
	d.Decisions, d.Events, d.Actions = limit(d.Decisions, showPast), limit(d.Events, showPast), limit(d.Actions, showPast)
	return d, nil
}

// follow reads a profile and its thread, those that it became part of if it did.
func (c *Console) follow(ctx context.Context, id string) (profile.Profile, thread.Thread, error) {
	for range showMerged {
		docs, err := c.Store.Get(ctx, profile.Key(id), thread.Key(id))
		if err != nil {
			return profile.Profile{}, thread.Thread{}, fmt.Errorf("read profile and thread %q: %w", id, err)
		}
		if !docs[0].Exists() && !docs[1].Exists() {
			return profile.Profile{}, thread.Thread{}, fmt.Errorf("profile %q: %w", id, errNobody)
		}
		p, err := profile.Read(docs[0])
		if err != nil {
			return p, thread.Thread{}, err
		}
		if p.MergedInto != "" {
			id = p.MergedInto
			continue
		}
		t, err := thread.Read(docs[1])
		return p, t, err
	}
	return profile.Profile{}, thread.Thread{}, fmt.Errorf("profile %q was merged %d times over: %w", id, showMerged, errNobody)
}

// history adds the events and actions of a profile and of those it has absorbed.
func (c *Console) history(ctx context.Context, d *dossier) error {
	ids, err := c.ids(ctx, d.Profile)
	if err != nil {
		return err
	}
	for _, id := range ids {
		for doc, err := range c.latest(ctx, profile.Journal, id) {
			if err != nil {
				return fmt.Errorf("read journal of profile %q: %w", id, err)
			}
			e, err := profile.ReadEntry(doc)
			if err != nil {
				return err
			}
			d.Events = append(d.Events, event{At: c.at(e.Time), Type: brief(events.Short(e.Type))})
		}
		for doc, err := range c.latest(ctx, action.Collection, id) {
			if err != nil {
				return fmt.Errorf("read actions of profile %q: %w", id, err)
			}
			a, err := action.Read(doc)
			if err != nil {
				return err
			}
			d.Actions = append(d.Actions, deed{Action: a.ID, At: c.at(a.Created), Kind: string(a.Kind), Channel: a.Channel,
				Flow: a.Flow, Step: a.Step, Status: a.Status, Reason: brief(a.Reason)})
		}
	}
	return nil
}

// ids are a profile's own and those of the profiles it has absorbed.
func (c *Console) ids(ctx context.Context, id string) ([]string, error) {
	ids := []string{id}
	absorbed := profile.Absorbed(id)
	absorbed.Limit = showMerged
	for doc, err := range c.Store.Query(ctx, absorbed) {
		if err != nil {
			return nil, fmt.Errorf("read what became part of profile %q: %w", id, err)
		}
		ids = append(ids, doc.Key.ID)
	}
	return ids, nil
}

// latest walks the newest documents of a profile.
func (c *Console) latest(ctx context.Context, collection, id string) iter.Seq2[store.Document, error] {
	return c.Store.Query(ctx, store.Query{Collection: collection, Partition: id, Descending: true, Limit: showPast})
}
