package events

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"redthread.dev/internal/quick"
)

func TestEventsAreWrittenAsTheSDKWritesThem(t *testing.T) {
	usual, err := New("/shop", "1", time.Date(2026, 3, 2, 12, 0, 0, 5, time.UTC), BasketUpdated{BasketID: "<b> & å"})
	require.NoError(t, err)
	change := func(change func(*Event)) Event {
		e := usual
		e.Context = e.Context.Clone()
		change(&e)
		return e
	}
	for name, c := range map[string]struct {
		event Event
		plain bool
	}{
		"as most are":        {usual, true},
		"resolved":           {Resolved(usual, "p-1"), true},
		"a subject":          {change(func(e *Event) { e.SetSubject(`a "quoted" <å> \ / &`) }), true},
		"a URL as source":    {change(func(e *Event) { e.SetSource("https://shop.example/?a=1&b=2") }), true},
		"no time":            {change(func(e *Event) { e.SetTime(time.Time{}) }), true},
		"another zone":       {change(func(e *Event) { e.SetTime(time.Date(2026, 3, 2, 1, 0, 0, 0, time.FixedZone("", 7200))) }), true},
		"no type of data":    {change(func(e *Event) { e.Context.SetDataContentType("") }), true},
		"no data":            {change(func(e *Event) { e.DataEncoded = nil }), true},
		"data with blanks":   {change(func(e *Event) { e.DataEncoded = []byte(" {\n\"a\" : [ 1, \"b c <\u2028\" ] }\n") }), true},
		"data that is wrong": {change(func(e *Event) { e.DataEncoded = []byte(`{"a":}`) }), false},
		"a control in it":    {change(func(e *Event) { e.SetSubject("a\nb") }), false},
		"invalid UTF-8":      {change(func(e *Event) { e.SetSubject("a\xff") }), false},
		"a number":           {change(func(e *Event) { e.SetExtension("n", 7) }), false},
		"text as data":       {change(func(e *Event) { e.SetDataContentType("text/plain"); e.DataEncoded = []byte("hello") }), false},
		"binary data":        {change(func(e *Event) { e.DataBase64 = true }), false},
		"an older version":   {change(func(e *Event) { e.Context = e.Context.AsV03() }), false},
		"nothing":            {Event{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, plain := appendEvent(nil, &c.event)
			require.Equal(t, c.plain, plain)
			type holder struct {
				Event event.Event `json:"event"`
			}
			want, wantErr := json.Marshal(holder{c.event})
			got, gotErr := quick.Marshal(&holder{c.event})
			require.Equal(t, wantErr, gotErr)
			require.Equal(t, string(want), string(got))
		})
	}
}

func TestQuickSettersDoAsTheSDKDoes(t *testing.T) {
	for _, source := range []string{"/shop/web-1_a.b", "/", "//host/x", "https://a.example/b?c=d", "/a b", "/å", "/a%20b", "/a?b", "urn:x", "", "http://[::1"} {
		got, want := Event{Context: &event.EventContextV1{}}, Event{Context: &event.EventContextV1{}}
		SetSource(&got, source)
		want.SetSource(source)
		require.Equal(t, want, got, source)
	}
	for _, c := range []event.EventContext{&event.EventContextV1{}, &event.EventContextV03{}} {
		got, want := Event{Context: c.Clone()}, Event{Context: c.Clone()}
		SetExtension(&got, "flow", "x")
		want.SetExtension("flow", "x")
		require.Equal(t, want, got)
		resolved := Resolved(want, "p")
		want.SetExtension(ExtProfileID, "p")
		want.SetExtension(ExtPartitionKey, "p")
		require.Equal(t, want, resolved)
	}
}
