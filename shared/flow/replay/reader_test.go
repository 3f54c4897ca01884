package replay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

var rules = profile.Rules{Country: "DK", Secret: []byte("a secret of sixteen"), Kiosks: map[string]bool{"device:till-7": true}}

// entered is a journal entry as collect keeps it.
func entered(t testing.TB, entry profile.Entry) store.Document {
	entry.Type, entry.Source, entry.ID, entry.Time = entry.Event.Type(), entry.Event.Source(), entry.Event.ID(), entry.Event.Time()
	w, err := profile.WriteEntry(entry, 0)
	require.NoError(t, err)
	return store.Document{Key: w.Key, Version: 1, Data: w.Data, Entry: w.Entry}
}

func sample(t testing.TB, eventType string) events.Event {
	text, err := events.Sample(eventType)
	require.NoError(t, err)
	var e events.Event
	require.NoError(t, e.UnmarshalJSON(text))
	return e
}

func TestAnEntryIsReadTheSameInBothWays(t *testing.T) {
	r := NewReader(rules)
	for _, eventType := range events.Types() {
		e := sample(t, eventType)
		for name, entry := range map[string]profile.Entry{
			"as it came":               {Profile: "p", Event: e},
			"with a refused e-mail":    {Profile: "p", Event: e, Refused: []string{events.IDEmail, events.IDLogin}},
			"with a speaker of a link": {Profile: "p", Event: e, Pin: "p", Speaker: events.Identifiers{events.IDEmail: "a@b.example"}},
		} {
			d := entered(t, entry)
			got, err := r.Read(d)
			require.NoError(t, err)
			read, err := profile.ReadEntry(d)
			require.NoError(t, err)
			want, err := FromEntry(read, rules)
			require.NoError(t, err)
			require.Equal(t, want, got, "%s %s", eventType, name)

			folded, ours := profile.Profile{}, profile.Profile{}
			data, _, err := rules.Parse(read.Event)
			require.NoError(t, err)
			read.Fold(&folded, data)
			got.fold(&ours)
			require.Equal(t, folded, ours, "%s %s", eventType, name)
		}
	}
}

func TestEventsOfAShopsOwnTypesAreFoldedToo(t *testing.T) {
	e := sample(t, events.ProductViewed{}.Type())
	e.SetType("com.example.lottery.won")
	got, err := NewReader(rules).Read(entered(t, profile.Entry{Profile: "p", Event: e}))
	require.NoError(t, err)
	require.Equal(t, "com.example.lottery.won", got.Type())
	var p profile.Profile
	got.fold(&p)
	require.NotEmpty(t, p.Identifiers)
	require.Equal(t, e.Time().UTC(), p.Last)
}

func TestAnEntryThatCannotBeReadIsNamed(t *testing.T) {
	e := sample(t, events.ProductViewed{}.Type())
	require.NoError(t, e.SetData("application/json", map[string]any{"sku": 7}))
	d := entered(t, profile.Entry{Profile: "p", Event: e})
	_, err := NewReader(rules).Read(d)
	require.ErrorContains(t, err, d.Key.ID)
	require.ErrorContains(t, err, "sku")
	d.Data = []byte(`{"event":`)
	_, err = NewReader(rules).Read(d)
	require.ErrorContains(t, err, d.Key.ID)
}

func TestIdentifiersOfKiosksAndWrongOnesAreNotTheCustomers(t *testing.T) {
	e, err := events.New("/shop", "1", time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC), events.ProductViewed{SKU: "A",
		Common: events.Common{Customer: events.Identifiers{"device": "till-7", "email": " Mette@Example.DK ", "cookie": "null"}}})
	require.NoError(t, err)
	got, err := NewReader(rules).Read(entered(t, profile.Entry{Profile: "p", Event: e}))
	require.NoError(t, err)
	require.Equal(t, events.Identifiers{"email": "mette@example.dk"}, got.who)
	require.Equal(t, " Mette@Example.DK ", got.Data.(*events.ProductViewed).Customer["email"], "flows see what came")
}
