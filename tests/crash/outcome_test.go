package crash

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions/intake/deadletter"
	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/sqlite" // linked: sqlite:FILE
	"redthread.dev/shared/thread"
)

// outcome is all that a data folder holds in the end.
type outcome struct {
	profiles map[string]profile.Profile // by id, those merged away as well
	threads  []thread.Thread
	actions  map[string]action.Action
	journal  []profile.Entry
	dead     []deadletter.Letter
	mails    []letter
	texts    []string // text messages, by the action that each file is named after
	tickets  []ticket
	booked   map[string]int // systems that were told, by action
	rows     [][]string     // of the audience's file
	left     []string       // files that are neither

	// documents is all of it in words that do not hang on when it was, by name.
	documents map[string]string
}

// letter is a mail in the outbox.
type letter struct{ file, id, action, to, subject string }

// ticket is a ticket in the outbox, as far as it is looked at.
type ticket struct {
	Thread, Profile string
	Updates         []struct {
		ID string `json:"update_id"`
	}
}

// outcome reads what the host holds; no process may be up.
func (x *trial) outcome() *outcome {
	x.t.Helper()
	o := &outcome{profiles: map[string]profile.Profile{}, actions: map[string]action.Action{}, documents: map[string]string{}}
	s := x.store()
	defer s.Close()
	for _, p := range all(x.t, s, profile.Collection, profile.Read) {
		o.profiles[p.ID] = p
	}
	o.threads = all(x.t, s, thread.Collection, thread.Read)
	for _, a := range all(x.t, s, action.Collection, action.Read) {
		o.actions[a.ID] = a
	}
	o.journal = all(x.t, s, profile.Journal, profile.ReadEntry)
	o.dead = all(x.t, s, deadletter.Collection, deadletter.Read)
	o.box(x.t, filepath.Join(x.host.data, "outbox"))
	o.describe(x.t)
	return o
}

func (x *trial) store() store.Store {
	x.t.Helper()
	s, err := store.Open(context.Background(), x.host.place, store.WithClock(x.host.now))
	require.NoError(x.t, err)
	return s
}

func all[T any](t *testing.T, s store.Store, collection string, read func(store.Document) (T, error)) []T {
	t.Helper()
	var list []T
	for doc, err := range s.Query(context.Background(), store.Query{Collection: collection}) {
		require.NoError(t, err)
		one, err := read(doc)
		require.NoError(t, err)
		list = append(list, one)
	}
	return list
}

// box reads the outbox.
func (o *outcome) box(t *testing.T, dir string) {
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	require.NoError(t, err)
	for _, path := range files {
		f, err := os.Open(path)
		require.NoError(t, err)
		m, err := mail.ReadMessage(bufio.NewReader(f))
		require.NoError(t, err, path)
		h := m.Header
		o.mails = append(o.mails, letter{strings.TrimSuffix(filepath.Base(path), ".eml"), h.Get("Message-ID"), h.Get("X-Redthread-Action"), h.Get("To"), h.Get("Subject")})
		f.Close()
	}
	files, err = filepath.Glob(filepath.Join(dir, "tickets", "*.json"))
	require.NoError(t, err)
	for _, path := range files {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var one ticket
		require.NoError(t, json.Unmarshal(text, &one), path)
		o.tickets = append(o.tickets, one)
	}
	files, err = filepath.Glob(filepath.Join(dir, "sms", "*.txt"))
	require.NoError(t, err)
	for _, path := range files {
		o.texts = append(o.texts, strings.TrimSuffix(filepath.Base(path), ".txt"))
	}
	files, err = filepath.Glob(filepath.Join(dir, "bookings", "*.json"))
	require.NoError(t, err)
	o.booked = map[string]int{}
	for _, path := range files {
		id, _, _ := strings.Cut(filepath.Base(path), ".")
		o.booked[id]++
	}
	for _, in := range []string{dir, filepath.Join(dir, "sms"), filepath.Join(dir, "tickets"), filepath.Join(dir, "bookings")} {
		left, err := filepath.Glob(filepath.Join(in, ".begun", "*"))
		require.NoError(t, err)
		o.left = append(o.left, left...)
	}
	f, err := os.Open(filepath.Join(dir, "audience-store-visitors.csv"))
	if os.IsNotExist(err) {
		return
	}
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	o.rows = rows[1:]
}

// who names the customer of a profile by what the shop calls them.
func (o *outcome) who(id string) string {
	p, ok := o.profiles[id]
	for ok && p.MergedInto != "" {
		p, ok = o.profiles[p.MergedInto]
	}
	if !ok {
		return "nobody"
	}
	best := "" // a login, if there is one
	for _, i := range p.Identifiers {
		name := i.Type + " " + i.Value
		if i.Type == "login" {
			name = " " + name
		}
		if best == "" || name < best {
			best = name
		}
	}
	return cmp.Or(strings.TrimSpace(best), "profile "+id)
}

func (o *outcome) doc(t *testing.T, name, text string) {
	_, twice := o.documents[name]
	require.False(t, twice, "%s is there twice", name)
	o.documents[name] = text
}

// describe puts it all into words.
func (o *outcome) describe(t *testing.T) {
	for _, p := range o.profiles {
		if p.MergedInto == "" {
			o.doc(t, "profile of "+o.who(p.ID), plain(t, p))
		}
	}
	for _, x := range o.threads {
		o.thread(t, x)
	}
	for _, a := range o.actions {
		o.doc(t, "action "+o.name(a.ID), said(a, a.Status, a.Reason))
	}
	for _, e := range o.journal {
		o.doc(t, fmt.Sprintf("journal %s %s", e.Source, e.ID), e.Type+" of "+o.who(e.Profile))
	}
	for _, l := range o.dead {
		var e struct{ Source, ID string }
		require.NoError(t, json.Unmarshal(l.Event, &e))
		o.doc(t, fmt.Sprintf("dead letter of %s: %s %s", l.Function, e.Source, e.ID), fmt.Sprint(l.Code, " ", l.Type, " ", l.Reason))
	}
	for _, m := range o.mails {
		o.doc(t, "mail "+o.name(m.file), m.to+": "+m.subject)
	}
	for _, x := range o.tickets {
		var updates []string
		for _, u := range x.Updates {
			updates = append(updates, o.name(u.ID))
		}
		slices.Sort(updates)
		o.doc(t, fmt.Sprintf("ticket %s of %s", x.Thread, o.who(x.Profile)), strings.Join(updates, ", "))
	}
	for _, r := range o.rows {
		o.doc(t, "audience "+o.name(r[0]), strings.Join(r[2:], " "))
	}
}

func (o *outcome) thread(t *testing.T, x thread.Thread) {
	if x.MergedInto != "" {
		return
	}
	who := o.who(x.Profile)
	for _, c := range x.Contacts {
		o.doc(t, fmt.Sprintf("contact of %s: %s %s %s", who, c.Flow, c.Key, c.Step), fmt.Sprint(c.Channel, " ", c.Kind, " ", c.Purpose, " ", c.Complaint))
	}
	for _, a := range x.Timers {
		o.doc(t, fmt.Sprintf("timer of %s: %s %s %s", who, a.Flow, a.Key, a.Name), a.Due.UTC().String())
	}
	// What a flow notes of what it has not acted on, such as a basket that was bought,
	// depends on how much of the day was known when it looked; nothing follows from it.
	for flow, f := range x.Flows {
		for key, s := range f.Keys {
			if !slices.ContainsFunc(x.Contacts, func(c thread.Contact) bool { return c.Flow == flow && c.Key == key }) {
				continue
			}
			o.doc(t, fmt.Sprintf("state of %s: %s %s", who, flow, key), fmt.Sprint(spelt(t, s.Data), " ", s.Goal.UTC()))
		}
	}
}

// name names an action by what it is about.
func (o *outcome) name(id string) string {
	a := o.actions[id]
	return fmt.Sprintf("of %s: %s %s %s", o.who(a.Profile), a.Flow, a.Key, a.Step)
}

// plain is a profile without its id, and without the moments at which flows put it
// into segments.
func plain(t *testing.T, p profile.Profile) string {
	p.ID = ""
	if len(p.Segments) > 0 {
		p.Last = time.Time{}
		for name := range p.Segments {
			p.Segments[name] = profile.Segment{}
		}
	}
	text, err := json.Marshal(p)
	require.NoError(t, err)
	return string(text)
}

// spelt writes a value in one way: stores keep what it is, not how it was written.
func spelt(t *testing.T, text []byte) string {
	if len(text) == 0 {
		return ""
	}
	var v any
	require.NoError(t, json.Unmarshal(text, &v))
	again, err := json.Marshal(v)
	require.NoError(t, err)
	return string(again)
}
