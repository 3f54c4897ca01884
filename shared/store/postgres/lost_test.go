package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/tests/emulators/stores"
)

// wire stands between a store and its server, and can be cut.
type wire struct {
	listener net.Listener
	server   string
	deaf     atomic.Int64 // answers still to be lost, each with its connection
	down     atomic.Bool  // nobody comes through

	mu    sync.Mutex
	conns []net.Conn
}

// wired returns the wire, and the URL that leads through it.
func wired(t *testing.T, place string) (*wire, string) {
	u, err := url.Parse(place)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{listener: listener, server: u.Host}
	t.Cleanup(func() { w.cut(); _ = listener.Close() })
	go w.accept()
	u.Host = listener.Addr().String()
	return w, u.String()
}

func (w *wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", w.server)
		if err != nil || w.down.Load() {
			_ = errors.Join(client.Close(), err)
			continue
		}
		w.mu.Lock()
		w.conns = append(w.conns, client, server)
		w.mu.Unlock()
		go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
		go w.answer(client, server)
	}
}

// answer carries what the server says; an answer to be lost is read from it first, so
// that the server has done what it was asked.
func (w *wire) answer(client, server net.Conn) {
	defer client.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := server.Read(buffer)
		if err != nil || w.deaf.Load() > 0 && w.deaf.Add(-1) >= 0 {
			return
		}
		if _, err := client.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// cut ends all connections there are.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

func TestACommitWhoseAnswerIsLostIsMadeOnce(t *testing.T) {
	place := stores.Postgres(t)
	w, through := wired(t, place)
	db, c := open(t, through), direct(t, place)
	key := func(id string) store.Key { return store.Key{Collection: "profiles", ID: id} }
	require.NoError(t, db.Commit(t.Context(), put("profiles", "counted", `{"n":0}`), put("profiles", "old", `{}`)))
	for _, step := range []struct {
		name   string
		writes func() []store.Write
	}{
		{"an update", func() []store.Write {
			return []store.Write{{Key: key("counted"), Version: version(t, db, key("counted")), Data: []byte(`{"n":1}`)}}
		}},
		{"a create", func() []store.Write { return []store.Write{{Key: key("new"), Data: []byte(`{}`)}} }},
		{"a deletion", func() []store.Write { return []store.Write{{Key: key("new"), Version: version(t, db, key("new"))}} }},
		{"one unchecked", func() []store.Write { return []store.Write{put("profiles", "old", `{"n":2}`)} }},
		{"that there is none", func() []store.Write {
			return []store.Write{{Key: key("nobody")}, {Key: key("other"), Version: store.Unchecked}}
		}},
	} {
		t.Run(step.name, func(t *testing.T) {
			writes := step.writes()
			before := one[int64](t, c, `SELECT last_value FROM document_versions`)
			made := one[int64](t, c, `SELECT sum(number) FROM commit_slots`)
			w.deaf.Store(1)
			require.NoError(t, db.Commit(t.Context(), writes...))
			require.LessOrEqual(t, w.deaf.Load(), int64(0), "an answer was lost")
			require.LessOrEqual(t, one[int64](t, c, `SELECT last_value FROM document_versions`), before+1, "it was made once")
			require.Equal(t, made+1, one[int64](t, c, `SELECT sum(number) FROM commit_slots`))
		})
	}
}

func version(t *testing.T, db store.Store, k store.Key) int64 {
	t.Helper()
	found, err := db.Get(t.Context(), k)
	require.NoError(t, err)
	return found[0].Version
}

func TestAConflictWhoseAnswerIsLostIsOneStill(t *testing.T) {
	w, through := wired(t, stores.Postgres(t))
	db := open(t, through)
	require.NoError(t, db.Commit(t.Context(), put("profiles", "a", `{"n":1}`)))
	create := store.Write{Key: store.Key{Collection: "profiles", ID: "a"}, Data: []byte(`{"n":2}`)}
	w.deaf.Store(1)
	require.ErrorIs(t, db.Commit(t.Context(), create), store.ErrConflict)
}

func TestCountingLosesNothingThoughConnectionsAreCutAgainAndAgain(t *testing.T) {
	w, through := wired(t, stores.Postgres(t))
	db := open(t, through)
	ended, stop := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	wait.Go(func() {
		for ended.Err() == nil {
			time.Sleep(50 * time.Millisecond) // in which a connection is made, and some commits
			w.deaf.Store(1)
			time.Sleep(50 * time.Millisecond)
			w.cut()
		}
	})
	const each, counters = 200, 4
	var counting sync.WaitGroup
	for i := range counters {
		counting.Go(func() {
			k := store.Key{Collection: "counters", ID: string(rune('a' + i))}
			for n := range each {
				// Nobody else counts here: a conflict would be with a commit of its own.
				found, err := db.Get(t.Context(), k)
				if err == nil {
					err = db.Commit(t.Context(), store.Write{Key: k, Version: found[0].Version, Data: []byte(`{}`)},
						store.Write{Key: store.Key{Collection: "steps", ID: fmt.Sprint(k.ID, n)}, Data: []byte(`{}`)})
				}
				if err != nil {
					t.Errorf("counter %d, step %d: %v", i, n, err)
				}
			}
		})
	}
	counting.Wait()
	stop()
	wait.Wait()
	n := 0
	for _, err := range db.Query(t.Context(), store.Query{Collection: "steps"}) {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, each*counters, n)
}

func TestAServerThatIsGoneIsWaitedForWithinTheDeadline(t *testing.T) {
	w, through := wired(t, stores.Postgres(t))
	db := open(t, through)
	require.NoError(t, db.Commit(t.Context(), put("profiles", "a", `{"n":1}`)))
	w.down.Store(true)
	w.cut()

	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := db.Get(short, store.Key{Collection: "profiles", ID: "a"})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(start), time.Second)
	require.ErrorIs(t, db.Commit(short, put("profiles", "a", `{"n":2}`)), context.DeadlineExceeded)

	time.AfterFunc(200*time.Millisecond, func() { w.down.Store(false) })
	long, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, db.Commit(long, put("profiles", "a", `{"n":3}`)))
	found, err := db.Get(long, store.Key{Collection: "profiles", ID: "a"})
	require.NoError(t, err)
	require.JSONEq(t, `{"n":3}`, string(found[0].Data))
}

func TestBackendsThatAreTerminatedAreReplaced(t *testing.T) {
	place := stores.Postgres(t)
	db, c := open(t, place), direct(t, place)
	for range 5 {
		require.NoError(t, db.Commit(t.Context(), put("profiles", "a", `{}`)))
		exec(t, c, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%commit_documents%'`)
	}
}
