package flow

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// What one of many customers was addressed by is in no journal: what is put off goes back
// to the plan, which is.
func TestWhatIsPutOffIsFoundInTheJournal(t *testing.T) {
	d := Define("late", []byte(aboutManifest), nil, func(struct{}, words.Texts) Rules {
		write := func() (words.Message, error) { return words.Message{}, nil }
		return Rules{Handlers: []Handler{
			On(func(v events.ProductViewed) string { return v.SKU }, func(m Moment[events.ProductViewed]) Decision {
				if m.Key == "LATER" {
					return Later(monday.Add(48 * time.Hour)).About(monday.Add(24 * time.Hour))
				}
				return ActMessage("write", write, "email")
			}),
			On(func(events.OrderPlaced) string { return "" }, func(Moment[events.OrderPlaced]) Decision { return Nothing("") }),
		}}
	})
	f, err := d.Make(function.Env{Override: map[string]map[string]string{"late": {"CONTROL": "0", "HOLDOUT": "0", "QUIET": "00-23:59"}}})
	require.NoError(t, err)
	p := customer(t, events.ConsentChanged{Channel: "email", Purpose: "marketing", Granted: true})
	for sku, about := range map[string]time.Time{"NOW": monday, "LATER": monday.Add(24 * time.Hour)} {
		for plan, found := range map[string]string{"": "cause", "the-plan": "the-plan"} {
			in := Input{Thread: thread.Thread{Profile: "p"}, Profile: p, Data: events.ProductViewed{SKU: sku}, At: monday, Now: monday, Cause: "cause", Plan: plan}
			in.Event, err = events.New("/shop", "v", monday, in.Data.(events.ProductViewed))
			require.NoError(t, err)
			out, err := f.Turn(&in)
			require.NoError(t, err)
			require.Len(t, out.Thread.Timers, 1, sku)
			require.Equal(t, found, out.Thread.Timers[0].Event, sku)
			require.Equal(t, "again cause", out.Thread.Timers[0].Name, "each event by itself")
			require.Equal(t, about, out.Thread.Timers[0].About, sku)
		}
	}
}
