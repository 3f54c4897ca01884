package consent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
)

func TestTheManifestListsTheSettingsAndTheEvents(t *testing.T) {
	m, err := function.ParseManifest(name, manifest)
	require.NoError(t, err)
	require.Equal(t, function.Defaults(Spec.Settings), m.Settings)
	for _, emitted := range []events.Data{events.ActionRequested{}, events.ConsentChanged{}, events.ErasureCompleted{}, events.ExportCompleted{}} {
		require.Contains(t, m.Emits, emitted.Type())
	}
	c := open(t).clerk
	for _, trigger := range m.Triggers {
		e := events.Event{}
		e.SetSpecVersion("1.0")
		e.SetType(trigger.Type)
		require.NoError(t, e.SetData("application/json", map[string]any{}))
		_, err := c.task(e)
		require.NoError(t, err, trigger.Type)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	key, link := "a secret that is long enough", "a secret of at least thirty-two letters"
	for says, settings := range map[string]map[string]string{
		"settings of consent: IDENTITY_KEY: 4 characters, expected at least 16, the same as collect's":                          {"IDENTITY_KEY": "hush", "LINK_KEY": link},
		"settings of consent: LINK_KEY: key 1 of 1 has 0 characters, expected at least 32; make one with: openssl rand -hex 32": {"IDENTITY_KEY": key},
		"settings of consent: BRAND is \"nowhere.yaml\", expected a brand.yaml: open nowhere.yaml: no such file or directory":   {"IDENTITY_KEY": key, "LINK_KEY": link, "BRAND": "nowhere.yaml"},
		`settings of consent: PUBLIC_URL is "shop.example", expected a full address, e.g. https://shop.example`:                 {"IDENTITY_KEY": key, "LINK_KEY": link, "PUBLIC_URL": "shop.example"},
	} {
		_, err := Spec.New(function.Env{Override: map[string]map[string]string{name: settings}})
		require.EqualError(t, err, says)
	}
}

func TestAnEventThatIsNotForConsentIsRefused(t *testing.T) {
	s := open(t)
	for says, e := range map[string]events.Event{
		"it does not handle product.viewed.v1: the trigger is wrong": events.Resolved(s.said(events.ProductViewed{}), "p"),
		"has no profileid: it has not been through collect":          s.said(events.ErasureRequested{}),
	} {
		_, err := s.consent.Handle(t.Context(), e)
		require.ErrorContains(t, err, says)
		require.True(t, function.IsNever(err))
	}
}

// TestWhatAnEventCosts counts round trips to the store.
func TestWhatAnEventCosts(t *testing.T) {
	counter := &storetest.Counter{}
	s := openOn(t, func(db store.Store) store.Store { counter = storetest.Counting(db); return counter })
	id := s.anna()
	s.pass(time.Minute)
	s.tell(s.said(events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: "sms", Purpose: "marketing"}))
	for i, c := range []struct {
		data  events.Data
		name  string
		costs storetest.Trips
	}{
		{events.ConsentChanged{Channel: "email", Purpose: "marketing", Granted: true}, "a consent that is given", storetest.Trips{}},
		{events.MessageBounced{ActionID: "x", Kind: "soft"}, "a mailbox that is full", storetest.Trips{}},
		{events.ConsentChanged{Channel: "sms", Purpose: "marketing"}, "a withdrawal, with nothing waiting", storetest.Trips{Get: 1, Query: 2}},
		{events.ConsentChanged{Channel: "sms", Purpose: "marketing"}, "a withdrawal, with letters waiting", storetest.Trips{Get: 1, Query: 2, Commit: 1}},
	} {
		if i == 3 {
			s.deed(id, "text-1", "email", letterTo("Anna"))
			s.deed(id, "text-2", "email", letterTo("Anna"))
			s.withdraws("email")
			for _, waiting := range []string{"text-1", "text-2"} {
				a := s.action(waiting)
				a.Status = "requested"
				s.keep(a)
			}
		}
		counter.Reset()
		_, err := s.consent.Handle(t.Context(), events.Resolved(s.said(c.data), id))
		require.NoError(t, err)
		require.Equal(t, c.costs, counter.Trips(), c.name)
	}
}

func TestStoppingSurvivesAnySingleFailure(t *testing.T) {
	for name, failing := range map[string]func(store.Store, int) *storetest.Failure{"failing": storetest.Failing, "losing": storetest.Losing} {
		t.Run(name, func(t *testing.T) {
			for n := 1; ; n++ {
				hole := &swap{}
				s := openOn(t, func(db store.Store) store.Store { hole.Store = db; return hole })
				id := s.anna()
				s.deed(id, "mail", "email", letterTo("Anna"))
				s.deed(id, "in-1", "audience", into("visitors"), sent)
				s.deed(id, "in-2", "audience", into("researchers"), sent)
				fault := failing(s.raw, n)
				hole.Store = fault
				s.withdraws(events.ConsentAll)
				require.EqualValues(t, "cancelled", s.action("mail").Status)
				done := heard[events.ActionCompleted](s)
				require.Len(t, done, 2, "call %d", n)
				require.NotEqual(t, done[0].ActionID, done[1].ActionID)
				if n > fault.Calls() {
					break
				}
			}
		})
	}
}
