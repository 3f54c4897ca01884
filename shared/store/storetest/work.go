package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

// Work is what a flow has a store do all day, for the drivers' benchmarks and what is
// beside them. It is safe for concurrent use.
type Work struct {
	Customers int    // whose profiles there are
	Profile   []byte // of each of them
	Small     []byte // of what is made anew

	turns atomic.Int64
}

// NewWork returns the work with so many customers, all with that profile.
func NewWork(customers int, profile []byte) *Work {
	return &Work{Customers: customers, Profile: profile, Small: fmt.Appendf(nil, `{"status":"requested","by":%q}`, strings.Repeat("abcdefghij", 17))}
}

// Viewer returns the profile of a customer with so many recent views, as a shop's has
// them: 24 are 3 KB.
func Viewer(views int) []byte {
	list := make([]string, views)
	for i := range list {
		list[i] = fmt.Sprintf(`{"sku":"SKU-%05d","at":"2026-11-%02dT08:30:00Z","price":%d.95,"times":%d,"category":"kitchen/pots"}`, i*7919%99_999, i%28+1, i*13, i)
	}
	return fmt.Appendf(nil, `{"traits":{"first":"Åse","city":"Aarhus","points":1234},"views":[%s]}`, strings.Join(list, ","))
}

// Customer is the profile's id of the i-th, from 0.
func (*Work) Customer(i int) string { return fmt.Sprintf("0190a6e2-7000-7000-8000-%012d", i) }

// Turn says whose profile is written next, and the id of what is made anew with it.
func (w *Work) Turn() (customer, anew string) {
	n := w.turns.Add(1)
	return w.Customer(int(n * 7919 % int64(w.Customers))), fmt.Sprintf("%016x", uint64(n)*0x9e3779b97f4a7c15)
}

// Fill writes everybody's profile.
func (w *Work) Fill(tb testing.TB, s store.Store) {
	tb.Helper()
	for i := 0; i < w.Customers; i += store.MaxWrites {
		writes := make([]store.Write, min(store.MaxWrites, w.Customers-i))
		for j := range writes {
			writes[j] = store.Write{Key: key(w.Customer(i + j)), Version: store.Unchecked, Data: w.Profile}
		}
		require.NoError(tb, s.Commit(context.Background(), writes...))
	}
}

// Act commits what a flow that acts does: a profile, and two small documents anew.
func (w *Work) Act(s store.Store) error {
	who, id := w.Turn()
	return s.Commit(context.Background(),
		store.Write{Key: key(who), Version: store.Unchecked, Data: w.Profile},
		store.Write{Key: store.Key{Collection: "journal", ID: id}, Data: w.Small},
		store.Write{Key: store.Key{Collection: "actions", ID: id}, Data: w.Small})
}

// Read gets two profiles at random, which must be there.
func (w *Work) Read(s store.Store) error {
	found, err := s.Get(context.Background(), key(w.Customer(rand.IntN(w.Customers))), key(w.Customer(rand.IntN(w.Customers))))
	if err == nil && !(found[0].Exists() && found[1].Exists()) {
		err = fmt.Errorf("%s or %s is not there", found[0].Key, found[1].Key)
	}
	return err
}
