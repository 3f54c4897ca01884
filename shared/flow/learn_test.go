package flow

import (
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/words"
)

// listener learns what is looked at, and says what it knew before.
func listener(t *testing.T, decide func(Moment[events.ProductViewed]) Decision) *Flow {
	f, err := Define("listener", []byte(greeterManifest), nil, func(struct{}, words.Texts) Rules {
		return Rules{Handlers: []Handler{On(func(events.ProductViewed) string { return "k" }, decide)}}
	}).Make(function.Env{})
	require.NoError(t, err)
	return f
}

func looked(t *testing.T, f *Flow, in Input, cause, sku string) Output {
	in.Data, in.Cause, in.At, in.Now = events.ProductViewed{SKU: sku}, cause, monday, monday
	in.Profile = customer(t)
	var err error
	in.Event, err = events.New("/test", cause, monday, events.ProductViewed{SKU: sku})
	require.NoError(t, err)
	out, err := f.Turn(&in)
	require.NoError(t, err)
	return out
}

func TestWhatIsLearntStays(t *testing.T) {
	var knew map[string]string
	f := listener(t, func(m Moment[events.ProductViewed]) Decision {
		knew = nil
		m.Known(&knew)
		return Nothing("learnt").Learn(m.Cause, m.Data.SKU)
	})
	first := looked(t, f, Input{}, "1", "A")
	require.Empty(t, knew)
	second := looked(t, f, Input{Thread: first.Thread}, "2", "B")
	require.Equal(t, map[string]string{"1": "A"}, knew)
	again := looked(t, f, Input{Thread: second.Thread}, "1", "another")
	require.Equal(t, map[string]string{"1": "A", "2": "B"}, knew)
	require.JSONEq(t, `"A"`, string(again.Thread.State("listener", "k").Known["1"]), "the first word")
	require.Len(t, first.Thread.State("listener", "k").Known, 1, "what was decided on stays as it was")
}

func TestAFlowTellsTheSameAgain(t *testing.T) {
	f := listener(t, func(m Moment[events.ProductViewed]) Decision {
		return Tell("known everywhere", events.OrderRecorded{OrderID: m.Data.SKU, In: []string{"erp"}})
	})
	out := looked(t, f, Input{}, "1", "w-1")
	require.Equal(t, string(VerdictTell), out.Entry.Verdict)
	kept, ok := out.Thread.Decided("listener", "1")
	require.True(t, ok)
	require.Equal(t, events.OrderRecorded{}.Type(), kept.Told.Type)
	require.JSONEq(t, `{"order_id":"w-1","in":["erp"]}`, string(kept.Told.Data))
}
