package collect

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
)

func TestManifestAndSettingsAgree(t *testing.T) {
	m, err := function.ParseManifest(name, manifest)
	require.NoError(t, err)
	require.Equal(t, function.Defaults(Spec.Settings), m.Settings)
}

func TestSettingsThatCannotBeAreRefusedByName(t *testing.T) {
	for _, wrong := range []struct{ setting, value, message string }{
		{"IDENTITY_KEY", "short", "settings of collect: IDENTITY_KEY: 5 characters, expected at least 16; make one with: openssl rand -hex 32"},
		{"KIOSKS", "till-7", `settings of collect: KIOSKS is "till-7", expected type:value, with commas between, as in device:till-7,cookie:c-12`},
		{"STRONG_LIMIT", "9", "settings of collect: STRONG_LIMIT is 9, expected 1 to 5"},
		{"COMPANY_LIMIT", "24", "settings of collect: COMPANY_LIMIT is 24, expected at least 25: 5 × STRONG_LIMIT"},
	} {
		_, err := serve(function.Env{Override: map[string]map[string]string{name: {"IDENTITY_KEY": "a secret that is long enough", wrong.setting: wrong.value}}})
		require.EqualError(t, err, wrong.message)
	}
}

func TestWhatMayNotComeInGoesToTheDeadLettersWithItsReason(t *testing.T) {
	s := newShop(t)
	crowd := events.Identifiers{}
	for i := range 10_000 {
		crowd[fmt.Sprint("type", i)] = "v"
	}
	spoilt := func(change func(*events.Event)) events.Event {
		e := viewed(t, "e", hours(0), "cookie", "c")
		change(&e)
		return e
	}
	for what, one := range map[string]struct {
		e      events.Event
		reason string
	}{
		"negative money":     {made(t, "e", hours(0), events.BasketUpdated{BasketID: "b", Total: events.Money{Amount: -1, Currency: "DKK"}}), "collect: basket.updated.v1 data: /total/amount: -1 is less than 0 (minimum)"},
		"10,000 identifiers": {made(t, "e", hours(0), events.ProductViewed{Common: events.Common{Customer: crowd}, SKU: "s"}), "collect: product.viewed.v1 data: /customer: more than 20 (maxProperties)"},
		"an unknown type about nobody": {spoilt(func(e *events.Event) {
			e.SetType("com.example.till.opened")
			e.DataEncoded = []byte(`{"till":7}`)
		}), `collect: unknown event type "com.example.till.opened", and its data names no customer: com.example.till.opened data: /customer: missing (required)`},
		"a time to come": {spoilt(func(e *events.Event) { e.SetTime(hours(5000)) }), "collect: product.viewed.v1 time: 2026-09-25T20:00:00Z is more than a day ahead (when)"},
	} {
		_, err := s.handle(ctx, one.e)
		require.EqualError(t, err, one.reason, what)
		require.True(t, function.IsNever(err), what)
	}
	require.Zero(t, s.count(profile.Journal))
}

func TestAnEventOfTheShopsOwnTypeIsResolvedAndKeptWhole(t *testing.T) {
	s := newShop(t)
	id := s.send(viewed(t, "1", hours(0), "login", "mette"))
	e := viewed(t, "2", hours(1))
	e.SetType("com.example.club.joined")
	e.DataEncoded = []byte(`{"customer":{"login":"mette"},"club":"chess"}`)
	require.Equal(t, id, s.send(e))
	require.JSONEq(t, string(e.DataEncoded), string(s.entry(e).Event.DataEncoded))
	require.Equal(t, hours(1), s.profile(id).Last)
}

func TestAnEventWithoutATimeHappenedWhenItCame(t *testing.T) {
	s := newShop(t)
	e := viewed(t, "1", hours(0), "cookie", "c")
	e.Context = events.Event{Context: e.Context}.Context.Clone()
	e.SetTime(e.Time().Add(-1))
	timeless := e.Clone()
	require.NoError(t, timeless.Context.SetTime(noTime))
	id := s.send(timeless)
	require.Equal(t, s.env.Now(), s.profile(id).Created)
	require.Equal(t, s.env.Now(), s.entry(timeless).Event.Time())
}

func TestWhatBecameOfAMessageIsItsCustomersThoughItNamesNone(t *testing.T) {
	s := newShop(t)
	id := s.send(viewed(t, "1", hours(0), "email", "mette@example.dk"))
	w, err := action.Write(action.Action{ID: "act", Kind: events.ActionMessage, Channel: "email", Profile: id, Created: hours(1)}, 0)
	require.NoError(t, err)
	require.NoError(t, s.env.Store.Commit(ctx, w))

	bounce := made(t, "2", hours(2), events.MessageBounced{ActionID: "act", Kind: events.BounceHard})
	require.Equal(t, id, s.send(bounce))
	require.Equal(t, "email", events.Extension(s.entry(bounce).Event, events.ExtChannel))
	p := s.profile(id)
	why, shut := p.Suppression("email")
	require.True(t, shut)
	require.Equal(t, profile.Bounced, why.Reason)

	require.Equal(t, id, s.send(made(t, "3", hours(3), events.MessageClicked{Common: common("cookie", "phone"), ActionID: "act"})), "from another device")
	require.Equal(t, id, s.owner("cookie:phone"), "which is hers from now on")
	require.Empty(t, s.send(made(t, "4", hours(4), events.MessageOpened{ActionID: "unknown"})))
}

func TestALinkOfOursSpeaksForItsCustomer(t *testing.T) {
	s := newShop(t)
	say := func(id string, at int, granted bool, who ...string) string {
		return s.send(made(t, id, hours(at), events.ConsentChanged{Common: common(who...),
			Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: granted}))
	}
	id := say("1", 0, true, "email", "mette@example.dk")
	require.Equal(t, id, say("2", 1, false, "profile", id))
	p := s.profile(id)
	granted, refused := p.Consented("email", "marketing")
	require.False(t, granted)
	require.True(t, refused)
	require.Equal(t, id, say("3", 2, true, "email", "mette@example.dk"))
	p = s.profile(id)
	granted, _ = p.Consented("email", "marketing")
	require.True(t, granted, "she may change her mind by another way")

	forwarded := s.send(viewed(t, "4", hours(3), "profile", id, "login", "lars"))
	require.NotEqual(t, id, forwarded, "a forwarded mail does not make two customers one")
	require.Empty(t, s.send(viewed(t, "5", hours(4), "profile", "no such profile")))
}

func TestTheCatalogueKeepsTheLastWord(t *testing.T) {
	s := newShop(t)
	product := func(id string, at int, title string) {
		require.Empty(t, s.send(made(t, id, hours(at), events.ProductChanged{SKU: "boot", Name: title, Price: events.Money{Amount: 100, Currency: "DKK"}})))
	}
	product("1", 2, "Boot, new")
	product("2", 1, "Boot, old")
	docs, err := s.env.Store.Get(ctx, catalog.ProductKey("boot"))
	require.NoError(t, err)
	require.Contains(t, string(docs[0].Data), "Boot, new")
	require.Equal(t, 2, s.count(profile.Journal))
}

func TestAMentionIsItsHandlesCustomers(t *testing.T) {
	s := newShop(t)
	id := s.send(viewed(t, "1", hours(0), "login", "mette", "instagram", "@Mette.H"))
	require.Equal(t, id, s.send(made(t, "2", hours(1), events.SocialMentioned{Platform: "instagram", PostID: "p", Handle: "mette.h", Text: "Nice"})))
}
