package quick

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// BenchmarkRead reads a basket, by the way of encoding/json and by ours.
func BenchmarkRead(b *testing.B) {
	sample, err := events.Sample(events.BasketUpdated{}.Type())
	require.NoError(b, err)
	var whole struct {
		Data Text `json:"data"`
	}
	require.NoError(b, json.Unmarshal(sample, &whole))
	b.Run("encoding/json", func(b *testing.B) {
		b.SetBytes(int64(len(whole.Data)))
		for b.Loop() {
			require.NoError(b, json.Unmarshal([]byte(whole.Data), new(events.BasketUpdated)))
		}
	})
	b.Run("quick", func(b *testing.B) {
		b.SetBytes(int64(len(whole.Data)))
		r := NewReader()
		known := map[string]events.Identifiers{}
		Special(r, func(text string) (who events.Identifiers, err error) {
			if who = known[text]; who == nil {
				err = json.Unmarshal([]byte(text), &who)
				known[text] = who
			}
			return who, err
		})
		for b.Loop() {
			require.NoError(b, r.Read(string(whole.Data), new(events.BasketUpdated)))
		}
	})
}
