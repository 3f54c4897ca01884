package collect

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/shared/thread"
)

func TestUnlinkUndoesAMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newShop(t)
		if rapid.Bool().Draw(t, "small commits") {
			s.room = 5
		}
		var es []events.Event
		side := func(name string) (id string) {
			for i, h := range somebody(6).Draw(t, name) {
				who := strings.Fields(h.who)
				for n := 1; n < len(who); n += 2 {
					who[n] = name + who[n]
				}
				who = append(who, events.IDLogin, name, events.IDCRM, name) // one login and CRM id only: more would not merge
				e := viewed(t, fmt.Sprint(name, i), hours(h.at), who...)
				es = append(es, e)
				id = s.send(e)
			}
			return id
		}
		a := side("a")
		b := side("b")
		before := []string{asJSON(s.profile(a)), asJSON(s.profile(b))}
		merge := viewed(t, "merge", hours(rapid.IntRange(0, 40).Draw(t, "when")), events.IDLogin, "a", events.IDCRM, "x")
		s.send(merge)
		again := viewed(t, "again", hours(rapid.IntRange(0, 40).Draw(t, "when")), events.IDLogin, "b", events.IDCRM, "x")
		s.send(again)
		require.Equal(t, s.profile(a).ID, s.profile(b).ID)

		require.NoError(t, s.undo("again"))
		require.NoError(t, s.undo("merge"))
		require.NotEqual(t, s.profile(a).ID, s.profile(b).ID)
		s.isAsResolved(append(es, merge, again))

		// The two events themselves stay, each with the customer whom its most trusted
		// identifier names; all else is as it was.
		require.Equal(t, before, []string{s.without(a, merge), s.without(b, again)})
		require.Equal(t, a, s.profile(a).ID, "both sides have their old ids")
		require.Equal(t, b, s.profile(b).ID)
	})
}

// undo is Unlink on the shop's own collector.
func (s shop) undo(id string) error {
	return s.until(func() error {
		_, err := s.unlink(ctx, "/webshop", id)
		return err
	})
}

// without folds a profile's journal again, leaving out one event.
func (s shop) without(id string, but events.Event) string {
	p := profile.Profile{ID: id}
	for doc, err := range s.env.Store.Query(ctx, profile.History(id)) {
		require.NoError(s.t, err)
		entry, err := profile.ReadEntry(doc)
		require.NoError(s.t, err)
		if entry.ID == but.ID() {
			continue
		}
		_, data, err := s.rules.Sighting(entry)
		require.NoError(s.t, err)
		entry.Fold(&p, data)
	}
	return asJSON(p)
}

// Else Mette's mails would go to Jens from then on, and what he is called stayed with her.
func TestAnUnlinkedEventLeavesNobodyElsesIdentifiersBehind(t *testing.T) {
	s := newShop(t)
	mette := s.send(viewed(t, "1", hours(0), "login", "mette"))
	jens := s.send(viewed(t, "2", hours(1), "login", "jens", "email", "jens@example.dk"))
	wrong := viewed(t, "3", hours(3), "login", "mette", "email", "jens@example.dk")
	s.send(wrong)
	require.Equal(t, s.profile(mette).ID, s.profile(jens).ID)

	require.NoError(t, s.undo("3"))
	hers, his := s.profile(mette), s.profile(jens)
	_, reached := hers.Address("email")
	require.False(t, reached)
	address, _ := his.Address("email")
	require.Equal(t, "jens@example.dk", address)
	require.Equal(t, []string{"email"}, s.entry(wrong).Refused)
}

func TestUnlinkNamesTheEventThatIsNotThere(t *testing.T) {
	s := newShop(t)
	_, err := Unlink(ctx, s.env, "/webshop", "gone")
	require.ErrorContains(t, err, "unlink event "+events.HashOf("/webshop", "gone")+": journal entry")
	require.ErrorContains(t, err, "there is none")
}

func TestThreadsAreMergedWithTheirCustomersAndContactsStayWhenTheyPart(t *testing.T) {
	s := newShop(t)
	a := s.send(viewed(t, "1", hours(0), "login", "mette"))
	b := s.send(viewed(t, "2", hours(1), "email", "mette@example.dk"))
	for id, action := range map[string]string{a: "one", b: "two"} {
		one := thread.Thread{Profile: id, Contacts: []thread.Contact{{At: hours(2), Action: action}}}
		one.SetTimer(thread.Timer{Flow: "f", Name: "t", Key: action, Due: hours(9), Set: hours(2)})
		w, err := thread.Write(one, 0)
		require.NoError(t, err)
		require.NoError(t, s.env.Store.Commit(ctx, w))
	}
	s.send(viewed(t, "3", hours(3), "login", "mette", "email", "mette@example.dk"))
	both := s.thread(a)
	require.Len(t, both.Contacts, 2)
	require.Len(t, both.Timers, 2)
	require.Equal(t, thread.Thread{Profile: b, MergedInto: a}, s.thread(b))

	require.NoError(t, s.undo("3"))
	require.Equal(t, both, s.thread(a))
	require.Equal(t, thread.Thread{Profile: b, Contacts: both.Contacts}, s.thread(b))
}

// Two known customers turn out to be one by an event that comes late, so that all is
// worked out anew, in many small commits, any of which may fail.
func TestThreadsAreMergedAndPartInManyCommitsToo(t *testing.T) {
	for name, failing := range map[string]func(store.Store, int) *storetest.Failure{"failing": storetest.Failing, "losing": storetest.Losing} {
		for nth := 1; ; nth++ {
			broken := failing(memory.New(), nth)
			s := shopOn(t, broken.Store)
			s.room = 3
			a := s.send(viewed(t, "1", hours(0), "login", "mette"))
			b := s.send(viewed(t, "2", hours(1), "email", "mette@example.dk"))
			for id, action := range map[string]string{a: "one", b: "two"} {
				one := thread.Thread{Profile: id, Contacts: []thread.Contact{{At: hours(2), Action: action}}}
				one.SetTimer(thread.Timer{Flow: "f", Name: "t", Key: action, Due: hours(9), Set: hours(2)})
				w, err := thread.Write(one, 0)
				require.NoError(t, err)
				require.NoError(t, s.env.Store.Commit(ctx, w))
			}
			s.send(viewed(t, "3", hours(3), "email", "mette@example.dk"))
			s.env.Store = broken
			late := viewed(t, "4", hours(2), "login", "mette", "email", "mette@example.dk")
			require.NoError(t, insist(s, late))
			s.env.Store = broken.Store
			both := s.thread(a)
			require.Len(t, both.Contacts, 2, "%s %d", name, nth)
			require.Len(t, both.Timers, 2, "%s %d", name, nth)
			require.Equal(t, thread.Thread{Profile: b, MergedInto: a}, s.thread(b), "%s %d", name, nth)

			s.env.Store = broken
			if err := s.undo("4"); err != nil {
				require.NoError(t, s.undo("4"), "%s %d", name, nth)
			}
			s.env.Store = broken.Store
			require.Equal(t, both, s.thread(a), "%s %d", name, nth)
			require.Equal(t, thread.Thread{Profile: b, Contacts: both.Contacts}, s.thread(b), "%s %d", name, nth)
			if broken.Calls() < nth {
				require.Greater(t, nth, 20)
				break
			}
		}
	}
}

func (s shop) thread(id string) thread.Thread {
	docs, err := s.env.Store.Get(ctx, thread.Key(id))
	require.NoError(s.t, err)
	one, err := thread.Read(docs[0])
	require.NoError(s.t, err)
	return one
}
