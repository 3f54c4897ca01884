package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/infra/local/clock"
	"redthread.dev/infra/local/player"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

// subscribers are customers in two time zones who looked at something.
func subscribers(t *testing.T, n int, at time.Time) (all []events.Event) {
	say := func(id string, after time.Duration, data events.Data) {
		e, err := events.New("/shop", id, at.Add(after), data)
		require.NoError(t, err)
		all = append(all, e)
	}
	for i := range n {
		who := events.Common{Customer: events.Identifiers{"login": fmt.Sprint("kunde-", i), "email": fmt.Sprintf("kunde-%d@kunder.example", i)}}
		zone := []string{"Europe/Copenhagen", "America/New_York"}[i%2]
		say(fmt.Sprint("s-", i), 0, events.CustomerSignedUp{Common: who, Traits: events.Traits{events.TraitTimeZone: zone}})
		say(fmt.Sprint("c-", i), time.Second, events.ConsentChanged{Common: who, Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: i%5 != 4})
		say(fmt.Sprint("v-", i), 2*time.Second, events.ProductViewed{Common: who, SKU: "LAMP", Category: "lamper"})
	}
	say("p-1", 0, events.ProductChanged{SKU: "LAMP", Name: "Lampe", Price: events.Money{Amount: 100, Currency: "DKK"}})
	return all
}

// stepped opens some functions on a clock that goes from event to event, with nobody held
// out, and returns how to close them before the test ends.
func stepped(t *testing.T, data string, start time.Time, settings map[string]map[string]string, names ...string) (*suite.Suite, func()) {
	t.Helper()
	var some []function.Spec
	for _, name := range names {
		spec, ok := functions.Named(name)
		require.True(t, ok, name)
		some = append(some, spec)
	}
	all := map[string]map[string]string{"": {"HOLDOUT": "0", "CONTROL": "0"}}
	maps.Copy(all, settings)
	s, err := suite.Open(t.Context(), suite.Config{Data: data, Clock: clock.Stepped(start), Patience: 10 * time.Second,
		Functions: some, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Settings: all})
	require.NoError(t, err)
	closed := sync.OnceFunc(func() { require.NoError(t, s.Close(context.Background())) })
	t.Cleanup(closed)
	return s, closed
}

// TestANewsletterReachesEachSubscriberOnce goes all the way, from one event about nobody to
// the mails: in the morning in Copenhagen it is night in New York, where it waits until eight.
func TestANewsletterReachesEachSubscriberOnce(t *testing.T) {
	start := time.Date(2026, 3, 17, 12, 0, 0, 0, time.UTC)
	sendAt := start.Add(20 * time.Hour) // at nine; in New York at four
	data := t.TempDir()
	s, closed := stepped(t, data, start, map[string]map[string]string{"campaigns": {"PACE": "7"}},
		"collect", "consent", "timers", "campaigns", "deadletter", "newsletteroffers", "email")

	plan, err := events.New("/planning", "n-1", start.Add(time.Minute), events.NewsletterPlanned{NewsletterID: "2026-w12", SendAt: sendAt, Subject: "Lys i mørket", Slots: 2})
	require.NoError(t, err)
	p := &player.Player{Clock: s.Clock, Broker: s.Broker, Store: s.Store}
	theDayAfter, err := events.New("/shop", "later", sendAt.Add(24*time.Hour), events.AppOpened{Common: events.Common{Customer: events.Identifiers{"login": "kunde-0"}}})
	require.NoError(t, err)
	require.NoError(t, p.Play(t.Context(), slices.Values(append(subscribers(t, 40, start), plan, plan, theDayAfter))))

	inNewYork, inCopenhagen := map[string]bool{}, map[time.Time]int{}
	for doc, err := range s.Store.Query(t.Context(), store.Query{Collection: action.Collection}) {
		require.NoError(t, err)
		a, err := action.Read(doc)
		require.NoError(t, err)
		require.Equal(t, []string{"newsletteroffers", "2026-w12", "offers", "email", "sent"}, []string{a.Flow, a.Key, a.Step, a.Channel, string(a.Status)}, a.Reason)
		require.Equal(t, "Lys i mørket", a.Content.Message.Subject)
		if a.Created.Before(sendAt.Add(time.Hour)) {
			inCopenhagen[a.Created]++
		} else {
			require.Equal(t, start.Add(24*time.Hour), a.Created, "at eight")
			inNewYork[a.Profile] = true
		}
	}
	require.Len(t, inNewYork, 16)
	sum := 0
	for at, n := range inCopenhagen {
		require.LessOrEqual(t, n, 7, at)
		sum += n
	}
	require.Equal(t, 16, sum)
	require.Len(t, inCopenhagen, 5, "seven customers a minute")
	mails, err := filepath.Glob(filepath.Join(data, "outbox", "*.eml"))
	require.NoError(t, err)
	require.Len(t, mails, 32)
	letters := 0
	for range s.Store.Query(t.Context(), store.Query{Collection: "deadletters"}) {
		letters++
	}
	require.Zero(t, letters)
	closed()

	t.Run("and is explained", func(t *testing.T) {
		status, out, errs := call(t, "explain", "-data", data, "-customer", "login=kunde-1", "-set", "HOLDOUT=0", "-set", "CONTROL=0")
		require.Zero(t, status, errs)
		require.Contains(t, out, "newsletter.planned, for all\n    newsletteroffers put off: quiet about 2026-w12 (LAMP: looked at, 1.0)\n")
		require.Contains(t, out, "time to decide again\n    newsletteroffers act: offers about 2026-w12")
	})
	t.Run("and a replay does the same", func(t *testing.T) {
		r := replayed(t, data, "newsletteroffers", "-was", "HOLDOUT=0", "-was", "CONTROL=0", "-set", "LEAST=5")
		require.Equal(t, map[string]int{"email": 32}, r.AsSet.actions())
		require.Empty(t, r.Tried[0].actions())
	})
}
