package replay

import (
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// BenchmarkRead reads a basket from the journal, as the store hands it over, in both ways.
func BenchmarkRead(b *testing.B) {
	basket := sample(b, events.BasketUpdated{}.Type())
	basket.SetTime(noon) // as the journal has it
	d := entered(b, profile.Entry{Profile: "p", Event: basket})
	b.Run("entry", func(b *testing.B) {
		for b.Loop() {
			entry, err := profile.ReadEntry(d)
			require.NoError(b, err)
			_, err = FromEntry(entry, rules)
			require.NoError(b, err)
		}
	})
	b.Run("reader", func(b *testing.B) {
		r := NewReader(rules)
		for b.Loop() {
			_, err := r.Read(d)
			require.NoError(b, err)
		}
	})
}
