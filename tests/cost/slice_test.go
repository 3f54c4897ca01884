package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

func shop(t *testing.T) (all []events.Event) {
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	add := func(data events.Data) {
		e, err := events.New("/shop", fmt.Sprint(len(all)), at.Add(time.Duration(len(all))*time.Minute), data)
		require.NoError(t, err)
		all = append(all, e)
	}
	for n := range 3000 {
		switch {
		case n%3 == 0:
			add(events.ProductChanged{SKU: fmt.Sprint("sku", n*7%150)})
		case n%30 == 1:
			add(events.OrderPlaced{OrderID: fmt.Sprint(n)})
		default:
			add(events.ProductViewed{Common: events.Common{Customer: events.Identifiers{"crm_id": fmt.Sprint("c", n*n%170), "cookie": fmt.Sprint(n)}}, SKU: "sku1"})
		}
	}
	return all
}

func TestASliceHasWholeCustomersInTheirOrderAndTheMixOfTheWhole(t *testing.T) {
	all := shop(t)
	some := taken(all, 600)
	require.InDelta(t, 600, len(some), 60)
	whole, part, kinds, had := map[subject]int{}, map[subject]int{}, map[string]float64{}, map[string]float64{}
	for _, e := range all {
		whole[subjectOf(e)]++
		kinds[subjectOf(e).kind] += 1 / float64(len(all))
	}
	for _, e := range some {
		part[subjectOf(e)]++
		had[subjectOf(e).kind] += 1 / float64(len(some))
	}
	for s, n := range part {
		require.Equal(t, whole[s], n, "%v is whole", s)
	}
	for kind, share := range kinds {
		require.InDelta(t, share, had[kind], 0.05, kind)
	}
	require.True(t, slices.IsSortedFunc(some, func(a, b events.Event) int { return a.Time().Compare(b.Time()) }))
	require.Equal(t, some, taken(all, 600), "the next run chooses the same")
	require.Len(t, taken(all, 1_000_000), len(all))
}
