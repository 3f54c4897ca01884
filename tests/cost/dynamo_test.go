package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func TestWhatACommitCostsDependsOnWhatItReplaces(t *testing.T) {
	d := newDynamo(nil, nil)
	profile, journal := store.Key{Collection: "profiles", ID: "p"}, store.Key{Collection: "journal", ID: "j"}
	put := func(k store.Key, e store.Entry) store.Write { return store.Write{Key: k, Data: []byte(`{}`), Entry: e} }
	sizes := func(profile, journal int) map[string][]read {
		return map[string][]read{"profiles": {{"TransactWriteItems", []int{profile}}}, "journal": {{"TransactWriteItems", []int{journal}}}}
	}
	here := store.Entry{Partition: "p", Sort: "1"}

	require.Equal(t, 2*3+2*1+1.0, d.wrote([]store.Write{put(profile, store.Entry{}), put(journal, here)}, sizes(2100, 700), true), "two new, one of them in the index")
	require.Equal(t, 3.0, d.wrote([]store.Write{put(profile, store.Entry{})}, map[string][]read{"profiles": {{"PutItem", []int{900}}}}, true), "alone, over a larger one")
	require.Equal(t, 1.0, d.wrote([]store.Write{put(profile, store.Entry{})}, nil, false), "refused: what it looked at")
	d.wrote([]store.Write{put(store.Key{Collection: "journal", ID: "n"}, store.Entry{})}, map[string][]read{"journal": {{"PutItem", []int{400}}}}, true)
	require.Equal(t, 1+1.0, d.wrote([]store.Write{{Key: journal}}, map[string][]read{"journal": {{"DeleteItem", []int{0}}}}, true), "deleted, in the index too")

	held := d.stored()
	require.Equal(t, shelf{Written: 2, Units: 9, Transaction: 3, Documents: 1, Bytes: 900 + overhead}, held["profiles"])
	require.Equal(t, shelf{Written: 2, Units: 5, Transaction: 1, Index: 2}, held["journal"])
	require.Equal(t, shelf{Written: 1, Units: 1, Documents: 1, Bytes: 400 + overhead}, held[others])
	require.Equal(t, int64(900+overhead), held.customers(), "without what is nobody's")
}

func TestWhatGoesAheadIsNoPartOfATransaction(t *testing.T) {
	d := newDynamo(nil, nil)
	put := func(collection string) store.Write {
		return store.Write{Key: store.Key{Collection: collection, ID: "a"}, Data: []byte(`{}`), Ahead: collection == "products"}
	}
	heard := map[string][]read{"products": {{"PutItem", []int{1500}}}, "journal": {{"PutItem", []int{700}}}}
	require.Equal(t, 2+1.0, d.wrote([]store.Write{put("journal"), put("products")}, heard, true))
	require.Equal(t, shelf{Written: 1, Units: 2}, d.shelves["products"])

	heard = map[string][]read{"products": {{"PutItem", []int{900}}}, "journal": {{"TransactWriteItems", []int{600}}}, "profiles": {{"TransactWriteItems", []int{1100}}}}
	require.Equal(t, 2+2*1+2*2.0, d.wrote([]store.Write{put("journal"), put("profiles"), put("products")}, heard, true), "the others are one still")
	heard = map[string][]read{"products": {{"PutItem", []int{900}}}}
	require.Equal(t, 1+2*1+2*2.0, d.wrote([]store.Write{put("journal"), put("profiles"), put("products")}, heard, false), "refused, but what went ahead stands")
	require.Equal(t, 1.0, d.wrote([]store.Write{put("journal"), put("products")}, nil, false), "refused at once")
}
