package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

const writers = 64

func (s suite) contention() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"of 64 writers on one document one wins each round": s.oneWins,
		"of 64 creators of one document one wins":           s.oneCreates,
		"64 writers on 64 documents all win":                s.allWin,
		"counting up by reading and committing loses none":  s.countUp,
	}
}

// together runs do in as many goroutines as there are writers, from one start,
// and returns the errors in their order.
func together(do func(i int) error) []error {
	start, failures := make(chan struct{}), make([]error, writers)
	var wait sync.WaitGroup
	for i := range writers {
		wait.Go(func() {
			<-start
			failures[i] = do(i)
		})
	}
	close(start)
	wait.Wait()
	return failures
}

// winner holds that one succeeded and the others conflicted, and says which.
func winner(t *testing.T, failures []error) int {
	t.Helper()
	won := -1
	for i, err := range failures {
		if err == nil {
			require.Equal(t, -1, won, "a second winner")
			won = i
			continue
		}
		require.ErrorIs(t, err, store.ErrConflict)
	}
	require.NotEqual(t, -1, won, "nobody won")
	return won
}

func (s suite) oneWins(t *testing.T) {
	db := s.open(t)
	commit(t, db, put(key("a"), `{"by":-1}`))
	for round := range s.rounds {
		read := get(t, db, key("a"))
		own := func(i int) store.Key {
			return store.Key{Collection: "actions", ID: fmt.Sprintf("%d-%d", round, i)}
		}
		won := winner(t, together(func(i int) error {
			data := fmt.Appendf(nil, `{"by":%d}`, i)
			return db.Commit(t.Context(), store.Write{Key: own(i), Data: data}, store.Write{Key: key("a"), Version: read.Version, Data: data})
		}))
		sameJSON(t, fmt.Appendf(nil, `{"by":%d}`, won), get(t, db, key("a")).Data)
		for i := range writers {
			require.Equal(t, i == won, get(t, db, own(i)).Exists(), "the action of writer %d", i)
		}
	}
}

func (s suite) oneCreates(t *testing.T) {
	db := s.open(t)
	for round := range s.rounds {
		k := key(fmt.Sprint(round))
		won := winner(t, together(func(i int) error {
			return db.Commit(t.Context(), store.Write{Key: k, Data: fmt.Appendf(nil, `{"by":%d}`, i)})
		}))
		sameJSON(t, fmt.Appendf(nil, `{"by":%d}`, won), get(t, db, k).Data)
	}
}

func (s suite) allWin(t *testing.T) {
	db := s.open(t)
	for round := range s.rounds {
		for _, err := range together(func(i int) error {
			k := key(fmt.Sprint(i))
			read, err := db.Get(t.Context(), k)
			if err != nil {
				return err
			}
			return db.Commit(t.Context(), store.Write{Key: k, Version: read[0].Version, Data: fmt.Appendf(nil, `{"round":%d}`, round)})
		}) {
			require.NoError(t, err)
		}
	}
	for i := range writers {
		sameJSON(t, fmt.Appendf(nil, `{"round":%d}`, s.rounds-1), get(t, db, key(fmt.Sprint(i))).Data)
	}
}

func (s suite) countUp(t *testing.T) {
	db := s.open(t)
	const each = 8
	var n struct{ N int }
	up := func() error {
		for {
			read, err := db.Get(t.Context(), key("n"))
			if err != nil {
				return err
			}
			var now struct{ N int }
			if read[0].Exists() {
				if err := json.Unmarshal(read[0].Data, &now); err != nil {
					return err
				}
			}
			err = db.Commit(t.Context(), store.Write{Key: key("n"), Version: read[0].Version, Data: fmt.Appendf(nil, `{"n":%d}`, now.N+1)})
			if !errors.Is(err, store.ErrConflict) {
				return err
			}
		}
	}
	var wait sync.WaitGroup
	for range each {
		wait.Go(func() {
			for range each {
				if err := up(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	require.NoError(t, json.Unmarshal(get(t, db, key("n")).Data, &n))
	require.Equal(t, each*each, n.N)
}
