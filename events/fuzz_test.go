package events_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// FuzzDecode holds that nothing that comes as an event makes us panic; that what
// passes Check is decoded; and that what was decoded, written again, passes too.
func FuzzDecode(f *testing.F) {
	for _, name := range events.Samples() {
		text, err := events.Sample(name)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{"specversion":"1.0","id":"1","source":"/s","type":"com.shop.x","data":{"customer":{"email":"a@b.dk"}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var e events.Event
		if json.Unmarshal(text, &e) != nil || events.Check(e, now) != nil || !events.Known(e.Type()) {
			return
		}
		data, err := events.Parse(e)
		require.NoError(t, err)
		again, err := events.New(e.Source(), e.ID(), e.Time(), data)
		require.NoError(t, err)
		require.NoError(t, events.Check(again, now))
	})
}

// FuzzNormalise holds that a normalised value is its own normal form, or that it was
// refused: else one customer would be found under two keys.
func FuzzNormalise(f *testing.F) {
	for _, seed := range [][2]string{
		{"email", "Mette.Hansen@Bücher.DK"}, {"phone", "+45 33 12 34 56"}, {"phone", "0046 (0)70-123 45 67"}, {"instagram", "@Mette"}, {"loyalty_card", "9578 001"}, {"cookie", " x "},
		{"instagram", "@\f@mette"}, {"email", "mette\v@example.com"},
		{"push_token", subscription("https://wns2-par02p.notify.windows.com/w/?token=BQ&x=%e6\u00e6", point, secret)}, {"push_token", "cYh2-k9Sx0A:APA91bHun4MxP5egoKMwt2KZFBaFUH"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, idType, value string) {
		once, err := events.Normalise(idType, value, "DK")
		if err != nil {
			return
		}
		twice, err := events.Normalise(idType, once, "DK")
		require.NoError(t, err, "%s %q", idType, once)
		require.Equal(t, once, twice, idType)
	})
}
