package collect

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// happening is an event in short: when, and whose identifiers.
type happening struct {
	at  int // in 20 minutes
	who string
}

// somebody draws what happens to a few people with shared devices, in any order of time.
func somebody(n int) *rapid.Generator[[]happening] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) happening {
		var who []string
		add := func(chance int, idType string, values int) {
			if rapid.IntRange(0, 9).Draw(t, idType+"?") < chance {
				who = append(who, idType, fmt.Sprint(idType, rapid.IntRange(1, values).Draw(t, idType)))
			}
		}
		add(4, events.IDLogin, 4)
		add(2, events.IDCRM, 4)
		add(6, events.IDCookie, 4)
		add(3, events.IDDevice, 3)
		return happening{rapid.IntRange(0, 30).Draw(t, "at"), strings.Join(who, " ")}
	}), 1, n)
}

func (h happening) event(t require.TestingT, i int) events.Event {
	return viewed(t, fmt.Sprint("e", i), noon.Add(time.Duration(h.at)*20*time.Minute), strings.Fields(h.who)...)
}

func TestAnyOrderOfArrivalGivesTheSameCustomers(t *testing.T) {
	for _, limits := range [][]string{nil, {"STRONG_LIMIT", "2"}, {"STRONG_LIMIT", "1"}, {"STRONG_LIMIT", "1", "COMPANY_LIMIT", "5"}} {
		t.Run(fmt.Sprint(limits), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				var es []events.Event
				for i, h := range somebody(25).Draw(t, "what happens") {
					es = append(es, h.event(t, i))
				}
				shop := newShop(t, limits...)
				if rapid.Bool().Draw(t, "small commits") {
					shop.room = 3
				}
				for _, n := range order(len(es)).Draw(t, "order") {
					shop.send(es[n])
				}
				shop.isAsResolved(es)
			})
		})
	}
}

// order draws an order of arrival in which everything comes, some of it twice.
func order(n int) *rapid.Generator[[]int] {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return rapid.Custom(func(t *rapid.T) []int {
		twice := rapid.SliceOfN(rapid.IntRange(0, n-1), 0, n/2).Draw(t, "twice")
		return append(rapid.Permutation(all).Draw(t, "once"), twice...)
	})
}

// isAsResolved holds the shop against the definition of identity.
func (s shop) isAsResolved(es []events.Event) {
	byHash, sightings := map[string]events.Event{}, []profile.Sighting{}
	for _, e := range es {
		byHash[events.Hash(e)] = e
		sighting, _, err := s.rules.Sighting(s.entry(e))
		require.NoError(s.t, err)
		sightings = append(sightings, sighting)
	}
	want := profile.Resolve(sightings, s.rules.Limits)
	story := ""
	called, folds := map[string]string{}, map[string]profile.Profile{}
	for i, sighting := range sightings {
		entry, id := s.entry(byHash[sighting.By]), want.Of[i]
		story += fmt.Sprintln(sighting.At.Format("15:04"), entry.ID, sighting.Names(), "is", id)
		got := ""
		if entry.Profile != "" {
			got = s.profile(entry.Profile).ID
		}
		if before, ok := called[id]; ok {
			require.Equal(s.t, before, got, "%s%s parted from its profile", story, entry.ID)
		}
		called[id] = got
		require.Equal(s.t, types(slices.Concat(want.Refused[i], sighting.Waived)), entry.Refused, "%srefused of %s", story, entry.ID)
		if id != "" {
			p := folds[id]
			_, data, err := s.rules.Sighting(entry)
			require.NoError(s.t, err)
			entry.Fold(&p, data)
			folds[id] = p
		}
	}
	taken := map[string]string{}
	for id, got := range called {
		require.NotContains(s.t, taken, got, "%s%s and %s are one", story, id, taken[got])
		taken[got] = id
	}
	for id, p := range folds {
		p.ID = called[id]
		require.Equal(s.t, asJSON(p), asJSON(s.profile(p.ID)), "%sfold of %s", story, id)
	}
	for name := range want.Linkage.Links {
		require.Equal(s.t, called[want.Linkage.Owner(name)], s.owner(name), "%sowner of %s", story, name)
	}
}

func asJSON(p profile.Profile) string {
	text, _ := json.MarshalIndent(p, "", " ")
	return string(text)
}
