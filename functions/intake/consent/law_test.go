package consent

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// person is somebody who shops under several names, of which one device is not theirs
// alone.
type person struct {
	name string
	ids  []string // type, value, …
}

func people() []person {
	var all []person
	for _, n := range []string{"amanda", "benedikte", "cornelia"} {
		all = append(all, person{n, []string{"email", n + "@shop.example", "login", "login-" + n, "cookie", "cookie-1-" + n, "cookie", "cookie-2-" + n}})
	}
	return all
}

// some is an event of the person under some of their names, perhaps on the device that
// all share. What it says has the person's name in it, if it is said under theirs.
func (p person) some(t *rapid.T, n int) events.Data {
	c := events.Common{Customer: events.Identifiers{}}
	strong := false
	for i, pair := range slices.Collect(slices.Chunk(p.ids, 2)) {
		if rapid.Bool().Draw(t, fmt.Sprint(p.name, n, " uses ", i)) {
			c.Customer[pair[0]] = pair[1]
			strong = strong || events.Strong(pair[0])
		}
	}
	text := "nothing special"
	if strong {
		text = fmt.Sprint("question-", n, "-of-", p.name)
	}
	if rapid.IntRange(0, 3).Draw(t, fmt.Sprint(p.name, n, " is at the counter")) == 0 || len(c.Customer) == 0 {
		c.Customer["device"] = "tablet"
	}
	return events.PageViewed{Common: c, Kind: "search", Query: text}
}

// TestErasingOneLeavesNothingOfThemAndAllOfTheOthers plays random lives in a random
// order of arrival, erases one of the customers, and lets everything arrive once more.
func TestErasingOneLeavesNothingOfThemAndAllOfTheOthers(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := open(t)
		var all []events.Event
		say := func(data events.Data) {
			s.pass(time.Minute)
			all = append(all, s.said(data))
		}
		for _, p := range people() {
			for _, cookie := range []int{4, 6} { // under every name, in two events
				ids := append(slices.Clone(p.ids[:4]), p.ids[cookie:cookie+2]...)
				say(events.CustomerIdentified{Common: who(ids...), How: "login"})
			}
			for n := range rapid.IntRange(0, 8).Draw(r, "events of "+p.name) {
				say(p.some(r, n))
			}
		}
		s.tell(rapid.Permutation(all).Draw(r, "arrival")...)
		gone := rapid.SampledFrom(people()).Draw(r, "who is erased")
		id := s.owner("email", gone.name+"@shop.example")
		s.deed(id, "letter-"+gone.name, "email", letterTo(gone.name))
		before := s.others(gone.name, id)
		require.NotEmpty(r, before)

		s.pass(time.Minute)
		s.tell(s.said(events.ErasureRequested{Common: who("login", "login-"+gone.name), RequestedBy: events.RequestedByCustomer}))
		require.Len(r, heard[events.ErasureCompleted](s), 1)
		for range 2 {
			s.requireNoTrace(gone.name)
			require.Equal(r, before, s.others(gone.name, id))
			for _, p := range people() {
				if p.name != gone.name {
					require.NotEmpty(r, s.owner("email", p.name+"@shop.example"))
				}
			}
			s.tell(all...)
		}
	})
}

// others are the documents of those who stay.
func (s *shop) others(gone, id string) map[string]string {
	all := s.everything()
	maps.DeleteFunc(all, func(key, text string) bool {
		c, _, _ := strings.Cut(key, "/")
		return c != profile.Collection && c != profile.Journal || strings.Contains(key+text, id) || strings.Contains(text, gone) ||
			strings.Contains(text, `"mergedinto"`) || strings.Contains(text, `"erased"`) || !strings.Contains(text, "login-")
	})
	return all
}
