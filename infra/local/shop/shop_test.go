package shop

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

func config() Config {
	zone, _ := time.LoadLocation("Europe/Copenhagen")
	return Config{Seed: 1, Customers: 200, Days: 3, Start: time.Date(2026, 3, 2, 0, 0, 0, 0, zone)}
}

func TestTheSameSeedMakesTheSameDays(t *testing.T) {
	a, b := slices.Collect(Days(config())), slices.Collect(Days(config()))
	require.Equal(t, a, b)
	other := config()
	other.Seed = 2
	require.NotEqual(t, a, slices.Collect(Days(other)))
}

func TestEveryEventIsOneTheSuiteTakes(t *testing.T) {
	seen, ids := map[string]int{}, map[string]bool{}
	var before time.Time
	many := config()
	many.Customers = 600
	for e := range Days(many) {
		require.False(t, e.Time().Before(before), "%s comes too late", e.ID())
		before = e.Time()
		require.NoError(t, events.Check(e, e.Time()))
		require.False(t, ids[events.Hash(e)], "twice: %s", e.ID())
		ids[events.Hash(e)] = true
		seen[events.Short(e.Type())]++
	}
	for _, typ := range []string{"product.viewed.v1", "basket.updated.v1", "order.placed.v1", "store.visited.v1",
		"social.mentioned.v1", "order.ready.v1", "order.collected.v1", "service.contacted.v1", "service.resolved.v1"} {
		require.Positive(t, seen[typ], typ)
	}
}
