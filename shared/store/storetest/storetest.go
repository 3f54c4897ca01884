// Package storetest says what a document store is: one suite that every driver
// passes, and stores that count and that fail, for the tests of what stands on one.
package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"math/big"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

// Option says in what a driver differs.
type Option func(*suite)

// Forgetful is the option of a store whose documents end with its closing.
func Forgetful() Option { return func(s *suite) { s.forgetful = true } }

// Light is the option of a store that an emulator plays, which bears some transactions
// a second: fewer documents, rounds and random histories, of everything else the same.
func Light() Option { return func(s *suite) { s.many, s.rounds, s.histories = 160, 1, 4 } }

type suite struct {
	place     func(t *testing.T) string
	forgetful bool
	many      int // documents, more than any driver reads in one page; from 150 to 900
	rounds    int // of contention
	histories int // that are played beside the store in memory; 0: as many as rapid does
}

// Run holds a driver to the store's contract. Place returns the URL of a place
// that is empty and nobody else's, and may be called often.
func Run(t *testing.T, place func(t *testing.T) string, options ...Option) {
	s := suite{place: place, many: 700, rounds: 5}
	for _, set := range options {
		set(&s)
	}
	for _, group := range []map[string]func(*testing.T){
		s.commits(), s.laws(), s.contention(), s.documents(), s.queries(), s.expiry(), s.limits(), s.contexts(), s.life(),
	} {
		for name, test := range group {
			t.Run(name, test)
		}
	}
}

// open opens a new store that is closed with the test.
func (s suite) open(t *testing.T, options ...store.Option) store.Store {
	return s.openAt(t, s.place(t), options...)
}

func (s suite) openAt(t *testing.T, url string, options ...store.Option) store.Store {
	t.Helper()
	opened, err := store.Open(context.Background(), url, options...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, opened.Close()) })
	return opened
}

func key(id string) store.Key { return store.Key{Collection: "profiles", ID: id} }

// put is a write that does not care what was there.
func put(k store.Key, data string) store.Write {
	return store.Write{Key: k, Version: store.Unchecked, Data: []byte(data)}
}

func commit(t *testing.T, s store.Store, writes ...store.Write) {
	t.Helper()
	require.NoError(t, s.Commit(t.Context(), writes...))
}

func get(t *testing.T, s store.Store, k store.Key) store.Document {
	t.Helper()
	found, err := s.Get(t.Context(), k)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, k, found[0].Key)
	return found[0]
}

// ids walks a query and returns what it finds.
func ids(t *testing.T, s store.Store, q store.Query) []string {
	t.Helper()
	found := []string{}
	for d, err := range s.Query(t.Context(), q) {
		require.NoError(t, err)
		require.True(t, d.Exists())
		require.Equal(t, q.Collection, d.Key.Collection)
		found = append(found, d.Key.ID)
	}
	return found
}

// sameJSON compares values, numbers exactly: as what they are worth, not as floats.
func sameJSON(t *testing.T, want, got []byte) {
	t.Helper()
	require.Equal(t, value(t, want), value(t, got), "%s", got)
}

func value(t *testing.T, data []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v), "%q", data)
	return worth(t, v)
}

func worth(t *testing.T, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			v[name] = worth(t, v[name])
		}
	case []any:
		for i := range v {
			v[i] = worth(t, v[i])
		}
	case json.Number:
		n, ok := new(big.Rat).SetString(v.String())
		require.True(t, ok, "%s is a number", v)
		return "number " + n.String()
	}
	return v
}

// clock is a time that tests move.
type clock struct{ milli atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.milli.Store(time.Now().UnixMilli())
	return c
}

func (c *clock) now() time.Time       { return time.UnixMilli(c.milli.Load()).UTC() }
func (c *clock) move(d time.Duration) { c.milli.Add(d.Milliseconds()) }
