package replay

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// longWay reads a document entry by entry.
func longWay(d store.Document) (Event, error) {
	entry, err := profile.ReadEntry(d)
	if err != nil {
		return Event{}, err
	}
	return FromEntry(entry, rules)
}

// requireSame reads documents one after the other in both ways.
func requireSame(t *testing.T, texts ...string) {
	t.Helper()
	r := NewReader(rules)
	for _, text := range texts {
		d := store.Document{Key: profile.JournalKey("e-1"), Version: 1, Data: []byte(text)}
		want, wrong := longWay(d)
		got, err := r.Read(d)
		if wrong != nil {
			require.Error(t, err, text)
			continue
		}
		require.NoError(t, err, text)
		want.ID = got.ID // which the long way makes from the event's source and id
		require.Equal(t, want, got, text)
	}
}

// written is an entry's document about a product that was viewed, with that data.
func written(before, attributes, data, after string) string {
	return `{` + before + `"type":"dev.redthread.product.viewed.v1","source":"/s","id":"1","time":"2026-03-06T08:38:11Z","event":` +
		`{"specversion":"1.0","id":"1","source":"/s","type":"dev.redthread.product.viewed.v1","time":"2026-03-06T08:38:11Z"` + attributes +
		`,"data":` + data + `}` + after + `}`
}

func TestEntriesThatAreWrittenInAnotherWayAreReadTheSame(t *testing.T) {
	plain := written("", "", `{"customer":{"cookie":"c-1","login":"mette"},"sku":"A"}`, "")
	var spaced strings.Builder
	e := json.NewEncoder(&spaced)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(json.RawMessage(plain)))
	for name, texts := range map[string][]string{
		"with spaces":                    {spaced.String()},
		"members after the data":         {written("", "", `{"sku":"A"}`, `,"refused":["cookie"]`)},
		"brackets in texts":              {written(`"pin":"},{\"]","merged":["a}","b,"],`, `,"flow":"}}"`, `{"sku":"}},{"}`, "")},
		"a quotation mark in a channel":  {written("", `,"channel":"a\"b"`, `{"sku":"A"}`, "")},
		"a channel that is a number":     {written("", `,"channel":7`, `{"sku":"A"}`, "")},
		"an empty channel":               {written("", `,"channel":""`, `{"sku":"A"}`, "")},
		"data that is a text":            {written("", "", `"sku"`, "")},
		"data that is cut off":           {written("", "", `{"sku":"A"`, "")},
		"a refused and a speaker":        {written(`"speaker":{"email":"a@b.example"},"refused":["cookie"],`, "", `{"customer":{"cookie":"c"},"sku":"A"}`, "")},
		"identifiers more than once":     {written("", "", `{"customer":{"cookie":"c"},"customer":{"login":"l"},"sku":"A"}`, ""), written("", "", `{"customer":{"cookie":"c"},"sku":"A"}`, "")},
		"and the other way round":        {written("", "", `{"customer":{"cookie":"c"},"sku":"A"}`, ""), written("", "", `{"customer":{"cookie":"c"},"sku":"A","customer":{"login":"l"}}`, "")},
		"identifiers taken back":         {written("", "", `{"customer":{"cookie":"c"},"sku":"A"}`, ""), written("", "", `{"customer":{"cookie":"c"},"sku":"A","customer":null}`, "")},
		"identifiers that begin alike":   {written("", "", `{"customer":{"cookie":"c"},"sku":"A"}`, ""), written("", "", `{"customer":{"cookie":"c","login":"l"},"sku":"A"}`, "")},
		"identifiers and nothing else":   {plain, written("", "", `{"customer":{"cookie":"c-1","login":"mette"}}`, ""), plain},
		"no identifiers after some":      {plain, written("", "", `{"sku":"A"}`, ""), plain},
		"identifiers that are null":      {written("", "", `{"customer":null,"sku":"A"}`, ""), written("", "", `{"customer":null,"sku":"B"}`, "")},
		"the year 3000":                  {strings.ReplaceAll(plain, "2026-", "3000-")},
		"the year 1":                     {strings.ReplaceAll(plain, "2026-", "0001-")},
		"a type of the shop's own":       {strings.ReplaceAll(plain, "dev.redthread.product.viewed.v1", "com.example.won")},
		"a post, whose handle is theirs": {strings.ReplaceAll(written("", "", `{"customer":{"cookie":"c"},"platform":"x","handle":"h","text":"t"}`, ""), "product.viewed", "social.mentioned")},
	} {
		t.Run(name, func(t *testing.T) { requireSame(t, texts...) })
	}
}

func TestDocumentsAreInTheOrderOfTheirPlaces(t *testing.T) {
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	places := []string{"", "2026", store.SortTime(at.Add(-time.Hour)), store.SortTime(at) + "a", store.SortTime(at) + "b",
		store.SortTime(at.Add(time.Microsecond)) + "a", store.SortTime(at.Add(time.Second))}
	r := NewReader(rules)
	for i, a := range places {
		for j, b := range places {
			x := r.documentOf(&store.Document{Entry: store.Entry{Sort: a}})
			y := r.documentOf(&store.Document{Entry: store.Entry{Sort: b}})
			require.Equal(t, min(max(i-j, -1), 1), x.compare(&y), "%q, %q", a, b)
		}
	}
}

func FuzzSkimming(f *testing.F) {
	for _, eventType := range events.Types() {
		text, err := events.Sample(eventType)
		require.NoError(f, err)
		var e events.Event
		require.NoError(f, e.UnmarshalJSON(text))
		f.Add(string(entered(f, profile.Entry{Profile: "p", Event: e, Refused: []string{events.IDEmail}}).Data))
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := store.Document{Key: profile.JournalKey("e-1"), Version: 1, Data: []byte(text)}
		want, err := longWay(d)
		if err != nil || !json.Valid(d.Data) {
			_, _ = NewReader(rules).Read(d) // it only must not panic: the store keeps what was written
			return
		}
		r := NewReader(rules)
		for range 2 { // anew, and with the same identifiers
			got, err := r.Read(d)
			require.NoError(t, err)
			require.Equal(t, want.Data, got.Data)
			require.Equal(t, want.who, got.who)
			require.True(t, want.At.Equal(got.At))
			require.Equal(t, want.channel, got.channel)
		}
	})
}
