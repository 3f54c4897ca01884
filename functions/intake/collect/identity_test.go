package collect

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

func TestWhoIsWho(t *testing.T) {
	type step struct {
		who  string // identifiers
		same string // the steps that are the same customer's in the end, as letters
	}
	for name, steps := range map[string][]step{
		"a visitor comes back with the same cookie": {
			{"cookie c", "ab"}, {"cookie c", "ab"}},
		"an anonymous visitor who logs in was that customer all along": {
			{"cookie c", "ab"}, {"cookie c login mette", "ab"}},
		"two devices of one customer come together when both have logged in": {
			{"cookie c", "abcd"}, {"device d", "abcd"}, {"cookie c login mette", "abcd"}, {"device d login mette", "abcd"}},
		"a shared tablet belongs to whoever logged in last": {
			{"device d login mette", "ab"}, {"device d", "ab"}, {"device d login lars", "cd"}, {"device d", "cd"}},
		"two known customers are not made one by a shared tablet and an anonymous visit": {
			{"device d login mette", "a"}, {"cookie c login lars", "bc"}, {"device d cookie c", "bc"}},
		"two known customers are one when an event has a strong identifier of each": {
			{"login mette", "abc"}, {"loyalty_card 77", "abc"}, {"login mette loyalty_card 77", "abc"}},
		"spelling does not matter": {
			{"email Mette@Example.dk", "ab"}, {"email mette@example.dk", "ab"}, {"phone 31_22_33_44", "cd"}, {"phone +4531223344", "cd"}},
		"values that name nobody name nobody": {
			{"cookie null", ""}, {"email test@example.dk", ""}, {"device 00000000-0000-0000-0000-000000000000", ""}, {"cookie c device undefined", "de"}, {"cookie c", "de"}},
		"the shop's own devices are nobody": {
			{"device till-7 login mette", "a"}, {"device till-7 login lars", "b"}, {"device till-7", ""}},
		"a sixth e-mail address is not believed": {
			{"login shop email e1@x.dk", "abcdef"}, {"login shop email e2@x.dk", "abcdef"}, {"login shop email e3@x.dk", "abcdef"},
			{"login shop email e4@x.dk", "abcdef"}, {"login shop email e5@x.dk", "abcdef"}, {"login shop email e6@x.dk", "abcdef"}, {"email e6@x.dk", "g"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, "KIOSKS", "device:till-7")
			var es []events.Event
			for i, step := range steps {
				e := happening{i * 3, step.who}.event(t, i)
				for k, v := range customerOf(t, e) {
					if k == events.IDPhone {
						e = viewed(t, fmt.Sprint("e", i), hours(i), k, spaced(v))
					}
				}
				s.send(e)
				es = append(es, e)
			}
			for i, step := range steps {
				same := ""
				for j := range steps {
					if p := s.entry(es[j]).Profile; p != "" && s.entry(es[i]).Profile != "" && s.profile(p).ID == s.profile(s.entry(es[i]).Profile).ID {
						same += string(rune('a' + j))
					}
				}
				require.Equal(t, step.same, same, "%c", 'a'+i)
			}
			s.isAsResolved(es)
		})
	}
}

func customerOf(t *testing.T, e events.Event) events.Identifiers {
	data, err := events.Decode[events.ProductViewed](e)
	require.NoError(t, err)
	return data.Customer
}

// spaced puts back the spaces that a happening cannot have.
func spaced(s string) string {
	out := []rune(s)
	for i, r := range out {
		if r == '_' {
			out[i] = ' '
		}
	}
	return string(out)
}

func TestAMergeKeepsTheKnownCustomersIDAndLeavesAPointer(t *testing.T) {
	s := newShop(t)
	anonymous := s.send(viewed(t, "1", hours(0), "cookie", "c", "device", "d"))
	known := s.send(viewed(t, "2", hours(1), "login", "mette"))
	require.NotEqual(t, anonymous, known)
	e := viewed(t, "3", hours(2), "cookie", "c", "login", "mette")
	require.Equal(t, known, s.send(e))
	require.Equal(t, []string{anonymous}, s.entry(e).Merged)
	require.Len(t, s.profile(known).Views, 3)
	require.Equal(t, known, s.profile(anonymous).ID, "the old id leads to the customer")
	require.Equal(t, known, s.owner("device:d"))
	require.Equal(t, known, s.send(viewed(t, "1", hours(0), "cookie", "c", "device", "d")), "a late duplicate is the customer's too")
}

func TestADeviceThatHalfTheTownLogsInWithNamesNobody(t *testing.T) {
	s := newShop(t)
	var es []events.Event
	for i := range 60 {
		e := viewed(t, fmt.Sprint("e", i), noon.Add(time.Duration(i)*time.Minute), "device", "counter", "login", fmt.Sprint("user", i), "cookie", fmt.Sprint("c", i))
		s.send(e)
		es = append(es, e)
	}
	s.isAsResolved(es)
	require.Equal(t, 60, s.count(profile.Collection))
	require.Empty(t, s.send(viewed(t, "anonymous", hours(5), "device", "counter")), "nobody's")
	require.Equal(t, s.owner("login:user59"), s.send(viewed(t, "mine", hours(5), "device", "counter", "cookie", "c59")))
	require.Equal(t, []string{"device"}, s.entry(es[59]).Refused)
}

func TestTenThousandCookiesOfOneCustomerStayOneSmallProfile(t *testing.T) {
	s := newShop(t)
	var id string
	for i := range 10_000 {
		id = s.send(viewed(t, fmt.Sprint("e", i), noon.Add(time.Duration(i)*time.Second), "login", "mette", "cookie", fmt.Sprint("c", i)))
	}
	require.Equal(t, 1, s.count(profile.Collection))
	require.Equal(t, 10_001, s.count(profile.Identities))
	require.Len(t, s.profile(id).Identifiers, 21)
	require.Equal(t, id, s.owner("cookie:c0"), "the first cookie still leads to her")
	require.Less(t, len(asJSON(s.profile(id))), 32<<10)
}

func TestAnErasedCustomerIsAStrangerWhenTheyComeBack(t *testing.T) {
	s := newShop(t)
	first := viewed(t, "1", hours(0), "login", "mette", "cookie", "c")
	id := s.send(first)
	w, err := profile.Write(profile.Profile{ID: id, Erased: hours(1)}, profile1(s, id))
	require.NoError(t, err)
	require.NoError(t, s.env.Store.Commit(t.Context(), w))
	require.Nil(t, reply(t, s, first), "her old event is not brought back")
	again := s.send(viewed(t, "2", hours(2), "login", "mette", "cookie", "c"))
	require.NotEqual(t, id, again)
	require.Len(t, s.profile(again).Views, 1)
	require.Equal(t, again, s.owner("cookie:c"))

	forgotten := viewed(t, "3", hours(3), "cookie", "other")
	made := s.send(forgotten)
	docs, err := s.env.Store.Get(t.Context(), profile.JournalKey(events.Hash(forgotten)))
	require.NoError(t, err)
	w, err = profile.Write(profile.Profile{ID: made, Erased: hours(4)}, profile1(s, made))
	require.NoError(t, err)
	require.NoError(t, s.env.Store.Commit(t.Context(), w, profile.ErasedEntry(docs[0], hours(9000))))
	require.Nil(t, reply(t, s, forgotten), "not even when its entry is a mark only")
}

func profile1(s shop, id string) int64 {
	docs, err := s.env.Store.Get(s.t.(*testing.T).Context(), profile.Key(id))
	require.NoError(s.t, err)
	return docs[0].Version
}

func reply(t *testing.T, s shop, e events.Event) *events.Event {
	r, err := s.handle(t.Context(), e)
	require.NoError(t, err)
	return r
}
