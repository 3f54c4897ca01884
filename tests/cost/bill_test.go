package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/thread"
)

func TestAPriceIsOfReadsWritesAndDeletes(t *testing.T) {
	p := prices{Read: 0.125, Write: 0.625, Delete: 0.1}
	for name, c := range map[string]struct {
		used use
		usd  float64
	}{
		"nothing":           {use{}, 0},
		"a million reads":   {use{Reads: 1e6}, 0.125},
		"half of an amount": {use{Reads: 5e5, Writes: 5e5}, 0.375},
		"deletes":           {use{Deletes: 3e6}, 0.3},
	} {
		require.InDelta(t, c.usd, p.of(c.used), 1e-12, name)
	}
	require.InDelta(t, 0.5, prices{Stored: 0.25}.keeping(2<<30), 1e-12)
}

func TestASliceIsScaledToAMillionEvents(t *testing.T) {
	b := bill{Store: "firestore", Events: 1000, Customers: 10, Looking: use{Reads: 1e6},
		Shelves: shelves{"journal": {Documents: 1000, Bytes: 1 << 20, Expiring: 500}, "profiles": {Documents: 10, Bytes: 1 << 20}},
		Lines: []line{
			{cause: cause{"flow", "order.placed.v1"}, Events: 400, Used: use{Reads: 800}},
			{cause: cause{"collect", "product.changed.v1"}, Events: 600, Used: use{Writes: 1200}},
			{cause: cause{"collect", "order.placed.v1"}, Events: 400, Used: use{Reads: 400, Writes: 800}},
		}}
	b.price([]prices{{Read: 0.3, Write: 0.9, Delete: 0.1, Stored: 0.15, Target: 6}, {Read: 3, Write: 9, Delete: 1}}, 600)

	require.Equal(t, []string{"collect product.changed.v1", "collect order.placed.v1", "flow order.placed.v1"},
		[]string{b.Lines[0].text(), b.Lines[1].text(), b.Lines[2].text()}, "the dearest first")
	require.InDeltaSlice(t, []float64{1.08, 0.84, 0.24}, []float64{b.Lines[0].USD, b.Lines[1].USD, b.Lines[2].USD}, 1e-9)
	one := b.Totals[0]
	require.InDelta(t, 2.16, one.Functions, 1e-9)
	require.InDelta(t, 0.30, one.Looking, 1e-9, "a month's, however many events there are")
	require.InDelta(t, 0.05, one.Expiry, 1e-9)
	require.InDelta(t, 2.51, one.All, 1e-9)
	require.InDelta(t, 1.80, one.Catalogue, 1e-9)
	require.InDelta(t, 2.70, one.Customers, 1e-9)
	require.InDelta(t, 2*1000*0.15/1024, one.Storage, 1e-9)
	require.InDelta(t, 25.1, b.Totals[1].All, 1e-9)
	require.InDelta(t, 1.08/2.51, b.Lines[0].Share, 1e-9)
	all := b.functions()
	require.Len(t, all, 2)
	require.Equal(t, "collect", all[0].Function)
	require.InDelta(t, 1.92, all[0].USD, 1e-9)
	require.Equal(t, 1000, all[0].Events)

	var text strings.Builder
	b.print(&text)
	require.Contains(t, text.String(), "USD 2.51 a million source events, target 6: holds")
}

func TestTimersAreLookedForEveryMinute(t *testing.T) {
	require.Equal(t, 43_200.0*thread.Shards/2, lookingOn("dynamodb").Reads, "half a unit for each shard's part of an index, with nothing")
	require.Equal(t, 43_200.0, lookingOn("firestore").Reads, "a document at least, for all shards")
}

func TestEachPriceHasItsSource(t *testing.T) {
	require.Len(t, listed, len(places))
	for name, all := range listed {
		require.NotEmpty(t, all, name)
		for _, p := range all {
			require.NotZero(t, p.Read*p.Write*p.Stored*p.Target, p.Place)
			require.Greater(t, p.Write, p.Read, p.Place)
			require.True(t, strings.HasPrefix(p.Source, "https://") && p.Dated != "", p.Place)
		}
	}
}
