package function

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMemoryIsSweptLessOftenUnlessSomebodySaidHowOften(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	Sparing()
	require.Equal(t, SweepAt, debug.SetGCPercent(50))
	Sparing()
	require.Equal(t, 50, debug.SetGCPercent(100))
}
