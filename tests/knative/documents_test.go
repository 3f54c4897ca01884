package knative

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// settled waits until so many events are in the journal, nothing is under way, and nothing
// changes any more, and returns all documents in words that do not hang on when and in which order they were
// made, by name.
func settled(t *testing.T, s store.Store, events int) map[string]string {
	t.Helper()
	await(t, 5*time.Minute, fmt.Sprint(events, " events are in the journal"), func() bool {
		time.Sleep(2 * time.Second) // all of it is read each time
		return len(all(t, s, profile.Journal, profile.ReadEntry)) >= events
	})
	var before map[string]string
	for range 30 {
		now, underway := documents(t, s)
		if before != nil && underway == 0 && len(differences(before, now)) == 0 {
			return now
		}
		before = now
		time.Sleep(5 * time.Second)
	}
	require.Fail(t, "documents still change")
	return nil
}

func all[T any](t *testing.T, s store.Store, collection string, read func(store.Document) (T, error)) []T {
	t.Helper()
	var list []T
	for doc, err := range s.Query(t.Context(), store.Query{Collection: collection}) {
		require.NoError(t, err)
		one, err := read(doc)
		require.NoError(t, err)
		list = append(list, one)
	}
	return list
}

// documents are those of a store, and how much of what they tell of is under way: timers
// that are due within the next minutes, and contacts whose action is not through. Both are
// of one reading: asked a moment later, the timers may be gone whose actions were not there
// yet.
func documents(t *testing.T, s store.Store) (found map[string]string, underway int) {
	t.Helper()
	names, found := map[string]string{}, map[string]string{}
	open := map[string]bool{}
	for _, p := range all(t, s, profile.Collection, profile.Read) {
		names[p.ID] = name(p)
		if p.MergedInto == "" {
			p.ID = ""
			keep(t, found, "profile of "+name(p), p)
		}
	}
	for _, x := range all(t, s, thread.Collection, thread.Read) {
		for _, timer := range x.Timers {
			found[fmt.Sprintf("timer of %s: %s %s %s", names[x.Profile], timer.Flow, timer.Key, timer.Name)] = timer.Due.UTC().String()
			if time.Until(timer.Due) < 10*time.Minute {
				underway++
			}
		}
		for _, a := range x.Contacts {
			found[fmt.Sprintf("contact of %s: %s %s %s", names[x.Profile], a.Flow, a.Key, a.Step)] = fmt.Sprint(a.Channel, a.Kind, a.Purpose)
			open[a.Action] = true
		}
	}
	for _, a := range all(t, s, action.Collection, action.Read) {
		found[fmt.Sprintf("action of %s: %s %s %s", names[a.Profile], a.Flow, a.Key, a.Step)] = fmt.Sprint(a.Channel, a.Status, a.Reason)
		if a.Over() {
			delete(open, a.ID)
		}
	}
	for _, e := range all(t, s, profile.Journal, profile.ReadEntry) {
		found["journal "+e.Source+" "+e.ID] = e.Type + " of " + names[e.Profile]
	}
	return found, underway + len(open)
}

// name is the first of a customer's identifiers.
func name(p profile.Profile) string {
	best := "nobody"
	for _, i := range p.Identifiers {
		if one := i.Type + " " + i.Value; best == "nobody" || one < best {
			best = one
		}
	}
	return best
}

func keep(t *testing.T, found map[string]string, name string, document any) {
	t.Helper()
	text, err := json.Marshal(document)
	require.NoError(t, err)
	_, twice := found[name]
	require.False(t, twice, "%s is there twice", name)
	found[name] = string(text)
}

// differences are the documents that are not the same, and their two texts, at most twenty.
func differences(want, have map[string]string) []string {
	var all []string
	for name, text := range want {
		if other, ok := have[name]; !ok {
			all = append(all, fmt.Sprintf("%s is missing: %s", name, text))
		} else if other != text {
			all = append(all, fmt.Sprintf("%s is\n   %s\nnot\n   %s", name, other, text))
		}
	}
	for name, text := range have {
		if _, ok := want[name]; !ok {
			all = append(all, fmt.Sprintf("%s is too much: %s", name, text))
		}
	}
	slices.Sort(all)
	return all[:min(len(all), 20)]
}
