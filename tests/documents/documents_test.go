package documents

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	goccy "github.com/goccy/go-json"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/together"
)

// Whatever a document holds, it is written and read as encoding/json does.
func TestDocumentsAreReadAndWrittenAsEncodingJSONDoes(t *testing.T) {
	t.Run("profile", rapid.MakeCheck(same[profile.Profile]))
	t.Run("identity", rapid.MakeCheck(same[profile.Identity]))
	t.Run("thread", rapid.MakeCheck(same[thread.Thread]))
	t.Run("action", rapid.MakeCheck(same[action.Action]))
	t.Run("product", rapid.MakeCheck(same[catalog.Product]))
	t.Run("store", rapid.MakeCheck(same[catalog.Store]))
	t.Run("stock", rapid.MakeCheck(same[catalog.Stock]))
	t.Run("bought together", rapid.MakeCheck(same[together.Bought]))
}

// Whatever an event says.
func TestEventsAreReadAndWrittenAsEncodingJSONDoes(t *testing.T) {
	t.Run("order placed", rapid.MakeCheck(same[events.OrderPlaced]))
	t.Run("basket updated", rapid.MakeCheck(same[events.BasketUpdated]))
	t.Run("signed up", rapid.MakeCheck(same[events.CustomerSignedUp]))
	t.Run("survey answered", rapid.MakeCheck(same[events.SurveyAnswered]))
	t.Run("store changed", rapid.MakeCheck(same[events.StoreChanged]))
	for _, eventType := range events.Types() {
		sample, err := events.Sample(eventType)
		require.NoError(t, err)
		var whole struct {
			Data json.RawMessage `json:"data"`
		}
		require.NoError(t, goccy.Unmarshal(sample, &whole))
		e := events.Event{}
		require.NoError(t, json.Unmarshal(sample, &e))
		got, err := events.Parse(e)
		require.NoError(t, err)
		want := reflect.New(reflect.TypeOf(got).Elem()).Interface()
		require.NoError(t, json.Unmarshal(whole.Data, want))
		require.Equal(t, want, got, eventType)
		both(t, got)
	}
}

// same draws a T and requires that it is written alike, and what was written read alike.
func same[T any](t *rapid.T) {
	x := rapid.MakeCustom[T](rapid.MakeConfig{Types: drawn}).Draw(t, "x")
	text := both(t, &x)
	if text == nil {
		return // as of a time that RFC 3339 cannot tell
	}
	var got, want T
	gotErr, wantErr := goccy.Unmarshal(text, &got), json.Unmarshal(text, &want)
	require.Equal(t, wantErr, gotErr, string(text))
	require.Equal(t, want, got, string(text))
}

// both writes x both ways and returns the one text.
func both(t require.TestingT, x any) []byte {
	want, wantErr := json.Marshal(x)
	got, gotErr := goccy.Marshal(x)
	require.Equal(t, wantErr == nil, gotErr == nil)
	require.Equal(t, string(want), string(got))
	return want
}

// drawn are the types that rapid cannot make by itself.
var drawn = map[reflect.Type]*rapid.Generator[any]{
	reflect.TypeFor[time.Time](): rapid.OneOf(
		rapid.Just(time.Time{}),
		rapid.Custom(func(t *rapid.T) time.Time {
			return time.Unix(rapid.Int64Range(-1e9, 5e9).Draw(t, "s"), rapid.SampledFrom([]int64{0, 0, 5e8, 123}).Draw(t, "ns")).UTC()
		}),
		rapid.Just(time.Date(2026, 10, 25, 2, 30, 0, 0, time.FixedZone("", 3600)))).AsAny(),
	reflect.TypeFor[any](): rapid.OneOf(
		rapid.String().AsAny(), rapid.Float64().AsAny(), rapid.Bool().AsAny(), rapid.Just[any](nil),
		rapid.SliceOf(rapid.String()).AsAny(), rapid.MapOf(rapid.String(), rapid.String()).AsAny()).AsAny(),
	reflect.TypeFor[json.RawMessage](): rapid.SampledFrom([]json.RawMessage{nil, json.RawMessage(`{"a":[1,"x"]}`), json.RawMessage(`{ "a":"<" }`)}).AsAny(),
	reflect.TypeFor[events.Money](): rapid.Custom(func(t *rapid.T) events.Money {
		return events.Money{Amount: rapid.Int64().Draw(t, "n"), Currency: rapid.String().Draw(t, "c")}
	}).AsAny(),
}
