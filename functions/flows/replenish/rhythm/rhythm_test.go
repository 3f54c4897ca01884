package rhythm

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestHowLongOneLasts(t *testing.T) {
	for name, c := range map[string]struct {
		gaps    []float64
		typical float64
		lasts   float64 // 0: not regular
	}{
		"nobody knows":                              {nil, 0, 0},
		"never bought again: as is typical":         {nil, 30, 30},
		"two gaps are no pace yet":                  {[]float64{20, 20}, 30, 30},
		"three gaps that agree count alone":         {[]float64{20, 20, 20}, 30, 20},
		"three gaps that all but agree nearly do":   {[]float64{20, 21, 20}, 30, 20.07},
		"three gaps that differ prove nothing":      {[]float64{20, 26, 20}, 30, 0},
		"four of the kind do":                       {[]float64{20, 26, 20, 26}, 30, 24.90},
		"one forgotten purchase is no irregularity": {[]float64{20, 20, 20, 20, 40, 20, 20, 20}, 30, 21.37},
		"a pace of which nothing else is known":     {[]float64{20, 26, 20, 26}, 0, 23},
		"now and then":                              {[]float64{4, 45, 22, 90, 1, 30}, 30, 0},
	} {
		lasts, ok := chosen.pace(c.gaps, c.typical, 3)
		require.Equal(t, c.lasts > 0, ok, name)
		require.InDelta(t, c.lasts, lasts, 0.01, name)
	}
}

func TestPaceLiesBetweenOwnAndTypicalInAnyOrderAndUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gaps := rapid.SliceOfN(rapid.Float64Range(10, 20), 3, 16).Draw(t, "gaps")
		typical := rapid.Float64Range(1, 100).Draw(t, "typical")
		lasts, ok := chosen.pace(gaps, typical, 3)
		if !ok {
			t.Skip("not regular")
		}
		m := median(gaps)
		require.GreaterOrEqual(t, lasts, min(m, typical)*(1-1e-9))
		require.LessOrEqual(t, lasts, max(m, typical)*(1+1e-9))
		slices.Reverse(gaps)
		for i := range gaps {
			gaps[i] *= 24
		}
		hours, ok := chosen.pace(gaps, typical*24, 3)
		require.True(t, ok)
		require.InEpsilon(t, lasts*24, hours, 1e-9)
	})
}

func TestGapsThatCannotBeAreNoPace(t *testing.T) {
	for _, gap := range []float64{0, math.NaN(), math.Inf(1)} {
		_, ok := chosen.pace([]float64{gap, gap, gap}, 30, 3)
		require.False(t, ok, gap)
	}
}

func TestSomeUseUpWhatTheyHaveAndOthersComeEachMonth(t *testing.T) {
	twice := []float64{1, 2, 1, 2}
	for name, c := range map[string]struct {
		gaps, units []float64
		last, lasts float64
	}{
		"two last twice as long":             {[]float64{20, 40, 20, 40}, twice, 2, 40},
		"it is the last purchase that lasts": {[]float64{20, 40, 20, 40}, twice, 1, 20},
		"each month, however many":           {[]float64{28, 28, 28, 28}, twice, 2, 28},
		"each month, and now a year's":       {[]float64{28, 28, 28, 28}, twice, 12, 0},
		"one each time, then three":          {[]float64{20, 20, 20}, []float64{1, 1, 1}, 3, 60},
		"neither":                            {[]float64{5, 50, 20, 9}, twice, 1, 0},
		"nothing is known of it yet":         {nil, nil, 2, 60},
	} {
		lasts, ok := chosen.lasts(c.gaps, c.units, c.last, 30, 3)
		require.Equal(t, c.lasts > 0, ok, name)
		require.InDelta(t, c.lasts, lasts, 1e-6, name)
	}
}
