package collect

import (
	"context"
	"errors"
	"fmt"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// turn is one try at one event: read, decide, commit.
type turn struct {
	*collector
	desk     *desk
	journal  store.Key // of the event
	entry    profile.Entry
	data     events.Data
	sighting profile.Sighting
	keys     map[string]store.Key         // of the identities of its names, each made once: with a keyed hash
	met      map[string]*profile.Identity // the identities of its names, as they were read
	led      []string                     // the profiles that they lead to, present and past owners, and the pin
}

func (c *collector) once(ctx context.Context, e events.Event, now time.Time, raced bool) (*events.Event, error) {
	t := &turn{collector: c, desk: newDesk(c.env.Store), journal: profile.JournalKey(events.Hash(e))}
	t.entry = profile.Entry{Type: e.Type(), Source: e.Source(), ID: e.ID(), Time: e.Time().UTC(), Received: now, Event: e}
	if err := t.look(); err != nil {
		return nil, function.Never(err)
	}
	if err := t.read(ctx, raced); err != nil {
		return nil, fmt.Errorf("collect %s: %w", events.Tag(e), err)
	}
	if doc := t.desk.doc(t.journal); doc.Exists() {
		return t.again(ctx, doc)
	}
	if t.erased(t.sighting.Self) {
		return nil, nil // it made a profile that was erased since, and is delivered once more
	}
	if err := t.decide(ctx); err != nil {
		return nil, fmt.Errorf("collect %s: %w", events.Tag(e), err)
	}
	return t.reply(), nil
}

// look parses the event; it is an error that no delivery can mend.
func (t *turn) look() error {
	var err error
	t.sighting, t.data, err = t.rules.Sighting(t.entry)
	return err
}

// read gets what the event touches: first the journal, the identities and the
// action it names, then the profiles those lead to. After a race it also looks for
// the profile that the event makes: that may be why it was lost.
func (t *turn) read(ctx context.Context, raced bool) error {
	keys := []store.Key{t.journal}
	if raced {
		keys = append(keys, profile.Key(t.sighting.Self))
	}
	keys = append(keys, t.identityKeys()...)
	act := actionOf(t.data)
	if act != "" {
		keys = append(keys, action.Key(act))
	}
	if r, ok := t.record(); ok {
		keys = append(keys, r.Key())
	}
	if err := t.desk.fetch(ctx, keys...); err != nil {
		return err
	}
	if t.desk.doc(t.journal).Exists() {
		return nil
	}
	if act != "" {
		if err := t.follow(t.desk.doc(action.Key(act))); err != nil {
			return err
		}
	}
	return t.readProfiles(ctx)
}

func (t *turn) identityKeys() []store.Key {
	names := t.sighting.Names()
	keys := make([]store.Key, len(names))
	for i, name := range names {
		keys[i] = t.identityKey(name)
	}
	return keys
}

func (t *turn) identityKey(name string) store.Key {
	key, ok := t.keys[name]
	if !ok {
		key = t.rules.IdentityKey(name)
		if t.keys == nil {
			t.keys = map[string]store.Key{}
		}
		t.keys[name] = key
	}
	return key
}

// actionOf returns the action an event about one of our messages or tickets names.
func actionOf(data events.Data) string {
	switch d := data.(type) {
	case *events.MessageOpened:
		return d.ActionID
	case *events.MessageClicked:
		return d.ActionID
	case *events.MessageBounced:
		return d.ActionID
	case *events.MessageComplained:
		return d.ActionID
	case *events.ServiceResolved:
		return d.TicketID
	}
	return ""
}

// follow takes from an action whose customer the event is about, and the channel.
func (t *turn) follow(doc store.Document) error {
	if !doc.Exists() {
		return nil
	}
	a, err := action.Read(doc)
	if err != nil {
		return function.Never(err)
	}
	t.entry.Pin = a.Profile
	if events.Extension(t.entry.Event, events.ExtChannel) == "" {
		t.entry.Event.Context = t.entry.Event.Context.Clone()
		t.entry.Event.SetExtension(events.ExtChannel, a.Channel)
	}
	return function.Never(t.look())
}

// readProfiles gets the profiles that the identities and the pin lead to, and their
// threads when there is more than one, as they may have to be merged. An identity that
// changes hands changes both profiles. So when the identities are what they were once
// the profiles are read, the commit finds any later change by the profiles' versions.
func (t *turn) readProfiles(ctx context.Context) error {
	if err := t.meet(); err != nil {
		return function.Never(err)
	}
	several := len(t.led) > 1
	for ids := t.led; len(ids) > 0; {
		err := t.desk.fetchWhile(ctx, t.identityKeys(), profileKeys(ids, several)...)
		if err != nil {
			return err
		}
		if ids, err = t.desk.onward(ids); err != nil {
			return function.Never(err)
		}
	}
	return nil
}

// meet decodes the identities of the event's names and notes whom they lead to.
func (t *turn) meet() error {
	t.met, t.led = map[string]*profile.Identity{}, nil
	if t.sighting.Pin != "" {
		t.led = append(t.led, t.sighting.Pin)
	}
	for _, name := range t.sighting.Names() {
		i, err := profile.ReadIdentity(t.desk.doc(t.identityKey(name)))
		if err != nil {
			return err
		}
		t.met[name] = &i
		if public(i, t.sighting.At) {
			continue
		}
		if i.Profile != "" {
			t.led = append(t.led, i.Profile)
		}
		t.led = append(t.led, i.Held...)
	}
	t.led = distinct(t.led)
	return nil
}

func public(i profile.Identity, at time.Time) bool {
	return !i.Public.IsZero() && at.After(i.Public)
}

// again answers a second delivery: the event as it was journalled, with the profile
// that it belongs to now.
func (t *turn) again(ctx context.Context, doc store.Document) (*events.Event, error) {
	entry, err := profile.ReadEntry(doc)
	if err != nil {
		return nil, function.Never(err)
	}
	t.entry = entry
	for ids := []string{entry.Profile}; entry.Profile != "" && len(ids) > 0; {
		if err := t.desk.profiles(ctx, ids, false); err != nil {
			return nil, fmt.Errorf("collect %s: %w", events.Tag(entry.Event), err)
		}
		if ids, err = t.desk.onward(ids); err != nil {
			return nil, function.Never(err)
		}
	}
	t.entry.Profile = t.desk.find(entry.Profile)
	if t.erased(t.entry.Profile) {
		return nil, nil
	}
	return t.reply(), nil
}

func (t *turn) erased(id string) bool {
	p, ok := t.desk.profile(id)
	return ok && !p.Erased.IsZero()
}

func (t *turn) reply() *events.Event {
	if t.entry.Profile == "" {
		return nil
	}
	e := events.Resolved(t.entry.Event, t.entry.Profile)
	return &e
}

// decide takes the way that gives what Resolve would: at once where the order of
// arrival cannot matter, else by working the identities out anew.
func (t *turn) decide(ctx context.Context) error {
	t.speak()
	l, settled := t.linkage()
	o, quick := t.apply(l)
	if settled && quick {
		return t.commit(ctx, l, o)
	}
	err := t.rework(ctx)
	if errors.Is(err, errTooMuch) {
		t.env.Log.Warn("identities stay in order of arrival", "event", events.Tag(t.entry.Event), "error", err)
		return t.commit(ctx, l, o)
	}
	return err
}
