package broker

import (
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
)

func anyEvent(t *rapid.T) events.Event {
	e := events.Event{}
	e.SetSpecVersion("1.0")
	e.SetID(rapid.StringN(1, 40, -1).Draw(t, "id"))
	e.SetSource("/" + rapid.StringMatching(`[a-z/]{0,20}`).Draw(t, "source"))
	e.SetType(rapid.StringMatching(`[a-z.]{1,20}`).Draw(t, "type"))
	if rapid.Bool().Draw(t, "has subject") {
		e.SetSubject(rapid.StringN(1, 20, -1).Draw(t, "subject"))
	}
	if rapid.Bool().Draw(t, "has schema") {
		e.SetDataSchema("https://shop.example/" + rapid.StringMatching(`[a-z]{0,9}`).Draw(t, "schema"))
	}
	if rapid.Bool().Draw(t, "has time") {
		zone := time.FixedZone("", 900*rapid.IntRange(-48, 56).Draw(t, "zone"))
		e.SetTime(time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), rapid.Int64Range(0, 999999999).Draw(t, "nanos")).In(zone))
	}
	for i, value := range []any{"text", true, false, int32(-7), []byte{0, 255}, types.Timestamp{Time: time.Unix(1, 2).UTC()},
		types.URI{URL: *types.ParseURI("https://a.example/b").URL.JoinPath("c")}} {
		if rapid.Bool().Draw(t, "has extension") {
			e.SetExtension("ext"+string(rune('a'+i)), value)
		}
	}
	if rapid.Bool().Draw(t, "has data") {
		e.SetDataContentType("application/octet-stream")
		e.DataEncoded = rapid.SliceOf(rapid.Byte()).Draw(t, "data")
		e.DataBase64 = rapid.Bool().Draw(t, "base64")
	}
	return e
}

func TestAnEnvelopeComesBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := envelope{
			event: anyEvent(t), arrived: time.Unix(1e9, 5).UTC(), hops: rapid.IntRange(0, 300).Draw(t, "hops"),
			target: rapid.SampledFrom([]string{"", "email"}).Draw(t, "target"), failed: rapid.IntRange(0, 20).Draw(t, "failed"),
		}
		data, err := v.encode()
		require.NoError(t, err)
		back, err := decode(data)
		require.NoError(t, err)
		require.Equal(t, v.event.String(), back.event.String())
		require.Equal(t, v.event.Extensions(), back.event.Extensions())
		require.Equal(t, v.event.DataEncoded, back.event.DataEncoded)
		require.Equal(t, v.event.DataBase64, back.event.DataBase64)
		require.True(t, v.event.Time().Equal(back.event.Time()))
		require.Equal(t, []any{v.arrived, v.hops, v.target, v.failed, v.due.IsZero()},
			[]any{back.arrived, back.hops, back.target, back.failed, back.due.IsZero()})
	})
}

func TestAnEventThatIsTooLargeIsRefused(t *testing.T) {
	e := events.Event{}
	e.SetSpecVersion("1.0")
	e.SetID("big")
	e.DataEncoded = make([]byte, MaxEvent)
	_, err := envelope{event: e}.encode()
	require.ErrorIs(t, err, ErrTooLarge)
	require.ErrorContains(t, err, events.Hash(e)+": event too large")
}

func FuzzDecodeRefusesWhatItDidNotWrite(f *testing.F) {
	e := events.Event{}
	e.SetSpecVersion("1.0")
	e.SetID("1")
	e.SetExtension("profileid", "p")
	e.DataEncoded = []byte(`{}`)
	data, err := envelope{event: e}.encode()
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte{format})
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := decode(data)
		if err != nil {
			require.ErrorIs(t, err, errEnvelope)
			return
		}
		again, err := v.encode()
		require.NoError(t, err)
		_, err = decode(again)
		require.NoError(t, err)
	})
}

func BenchmarkEnvelope(b *testing.B) {
	e := events.Event{}
	e.SetSpecVersion("1.0")
	e.SetID("1")
	e.SetSource("https://shop.example/web")
	e.SetType("dev.redthread.basket.updated.v1")
	e.SetTime(time.Now())
	e.SetExtension("profileid", "0190f0f0-0000-7000-8000-000000000000")
	e.SetExtension("partitionkey", "0190f0f0-0000-7000-8000-000000000000")
	e.DataEncoded = make([]byte, 800)
	for b.Loop() {
		data, _ := envelope{event: e}.encode()
		decode(data) //nolint:errcheck
	}
}
