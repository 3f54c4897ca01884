package runout

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions/flows/replenish/supply"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
)

var begin = time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)

func TestWhatLastsDaysOnlyIsNotWrittenAbout(t *testing.T) {
	s := supply.Supply{Name: "milk", SKU: "MILK", Bought: []supply.Purchase{{At: begin, Days: 2}}}
	_, why := Rule{Ahead: 72 * time.Hour, Gaps: 3}.end(&profile.Profile{Last: begin}, catalog.Facts{}, s)
	require.Equal(t, brief, why)
}

func TestWhatLastsForAgesIsNotForever(t *testing.T) {
	require.Equal(t, begin.Add(longest*day), lasting(begin, 1e300))
}
