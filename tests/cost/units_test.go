package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadsArePaidByFourKilobytes(t *testing.T) {
	for name, c := range map[string]struct {
		bytes      int
		consistent bool
		units      float64
	}{
		"what is not there costs as what is small": {0, true, 1},
		"nothing of an index, a moment old":        {0, false, 0.5},
		"a byte":                                   {1, true, 1},
		"just four":                                {4096, true, 1},
		"a byte more":                              {4097, true, 2},
		"AWS's example of 3.5 KB":                  {3584, true, 1},
		"AWS's example of 10 KB":                   {10240, true, 3},
		"the same, a moment old":                   {10240, false, 1.5},
	} {
		require.Equal(t, c.units, readUnits(c.bytes, c.consistent), name)
	}
}

func TestWritesArePaidByKilobytesOfTheLarger(t *testing.T) {
	for name, c := range map[string]struct {
		before, after int
		transaction   bool
		units         float64
	}{
		"a small new one":                  {0, 300, false, 1},
		"just one":                         {0, 1024, false, 1},
		"a byte more":                      {0, 1025, false, 2},
		"one that shrinks":                 {3000, 100, false, 3},
		"one that grows":                   {100, 3000, false, 3},
		"one that is deleted":              {2500, 0, false, 3},
		"one that was not there to delete": {0, 0, false, 1},
		"twice in a transaction":           {0, 3000, true, 6},
	} {
		require.Equal(t, c.units, writeUnits(c.before, c.after, c.transaction), name)
	}
}

func TestAnIndexIsPaidWhenAnEntryComesGoesOrMoves(t *testing.T) {
	here, there := entry{"a", "shard-1", "2026"}, entry{"a", "shard-1", "2027"}
	for name, c := range map[string]struct {
		before, after entry
		units         float64
	}{
		"no entry":          {entry{}, entry{}, 0},
		"one that comes":    {entry{}, here, 1},
		"one that goes":     {here, entry{}, 1},
		"one that stays":    {here, here, 0},
		"one that moves":    {here, there, 2},
		"one of a long key": {entry{}, entry{string(make([]byte, 1000)), "p", ""}, 2},
	} {
		require.Equal(t, c.units, indexUnits(c.before, c.after), name)
	}
}

func TestAReadOfSeveralRoundsEachUp(t *testing.T) {
	heard := map[string][]read{"profiles": {{"BatchGetItem", []int{1536, 6656}}}, "threads": {{"BatchGetItem", nil}}}
	require.Equal(t, 3.0, got(2, heard), "AWS's example: 4 KB + 8 KB")
	require.Equal(t, 4.0, got(3, heard), "and one that is not there")
	require.Equal(t, 1.0, got(1, map[string][]read{"profiles": {{"GetItem", []int{0}}}}))
}

func TestAWalkPaysForTheIndexAndForWhatItFinds(t *testing.T) {
	look, rest := walked([]read{{"Query", []int{100, 120}}, {"BatchGetItem", []int{500, 5000}}})
	require.Equal(t, []float64{0.5, 3}, []float64{look, rest})
	look, rest = walked([]read{{"Query", nil}})
	require.Equal(t, []float64{0.5, 0}, []float64{look, rest})
	look, rest = walked([]read{{"Scan", []int{3000, 3000}}})
	require.Equal(t, []float64{0, 2}, []float64{look, rest}, "a walk of all is rounded once")
}
