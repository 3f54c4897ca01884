package console

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"redthread.dev/shared/action"
	"redthread.dev/shared/store"
)

// ledger reads actions into the books when somebody looks at them. While nobody does,
// it only notes which ones to read; when those become too many it will read them all.
type ledger struct {
	store store.Store

	mu      sync.Mutex
	noted   map[string]bool
	stale   bool          // all actions are to be read
	reading chan struct{} // closed when the reading under way ends; nil: none is
	books   *books        // replaced when all is read anew
	err     error         // of the last reading
	rev     uint64        // goes up with every action noted
}

// Bounds of the ledger.
const (
	maxNoted = 20_000
	// perReading is how many actions are read in one round trip.
	perReading = 100
	// patience is how long a request waits for a reading; then it shows what there is.
	patience = 2 * time.Second
	// longestReading bounds the reading of all actions.
	longestReading = 5 * time.Minute
)

func newLedger(s store.Store) *ledger {
	return &ledger{store: s, noted: map[string]bool{}, stale: true, books: newBooks()}
}

// note remembers that an action is new or has changed.
func (l *ledger) note(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rev++
	switch {
	case l.stale:
	case len(l.noted) >= maxNoted:
		l.stale = true
		clear(l.noted)
	default:
		l.noted[id] = true
	}
}

// forget drops all that was read: what was erased is not there to be read again.
func (l *ledger) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rev++
	l.stale, l.books = true, newBooks()
	clear(l.noted)
}

// changed notes that the lists have changed in what is not an action.
func (l *ledger) changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rev++
}

func (l *ledger) revision() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rev
}

// look brings the books up to date, as far as that takes no longer than a reader's
// patience, and lets f read them. It returns whether the reading goes on, and the
// error it ended with.
func (l *ledger) look(ctx, life context.Context, f func(*books)) (reading bool, err error) {
	done := l.begin(life)
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case <-done:
	case <-wait.C:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	f(l.books)
	return l.reading != nil, l.err
}

// begin starts a reading, or joins the one under way and returns its end.
func (l *ledger) begin(life context.Context) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reading != nil {
		return l.reading
	}
	done := make(chan struct{})
	l.reading = done
	go func() {
		ctx, cancel := context.WithTimeout(life, longestReading)
		defer cancel()
		err := l.read(ctx)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.err, l.reading = err, nil
		close(done)
	}()
	return done
}

func (l *ledger) read(ctx context.Context) error {
	if err := l.readAll(ctx); err != nil {
		return err
	}
	for {
		ids := l.take(perReading)
		if len(ids) == 0 {
			return nil
		}
		if err := l.readSome(ctx, ids); err != nil {
			return err
		}
	}
}

// readAll reads every action there is, if it must. Those that change meanwhile are
// noted, and read after it.
func (l *ledger) readAll(ctx context.Context) error {
	l.mu.Lock()
	all := l.stale
	l.stale = false
	l.mu.Unlock()
	if !all {
		return nil
	}
	anew := newBooks()
	for d, err := range l.store.Query(ctx, store.Query{Collection: action.Collection}) {
		var a action.Action
		if err == nil {
			a, err = action.Read(d)
		}
		if err != nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.stale = true
			return fmt.Errorf("read all actions: %w", err)
		}
		anew.enter(a)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.books = anew
	return nil
}

// readSome reads the actions of the given ids. One that is not there was erased with
// its customer.
func (l *ledger) readSome(ctx context.Context, ids []string) error {
	keys := make([]store.Key, len(ids))
	for i, id := range ids {
		keys[i] = action.Key(id)
	}
	docs, err := l.store.Get(ctx, keys...)
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := 0; i < len(docs) && err == nil; i++ {
		if docs[i].Exists() {
			var a action.Action
			if a, err = action.Read(docs[i]); err == nil {
				l.books.enter(a)
			}
		}
	}
	if err != nil {
		l.stale = true
		return fmt.Errorf("read %d actions: %w", len(ids), err)
	}
	return nil
}

func (l *ledger) take(most int) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var ids []string
	for id := range l.noted {
		if len(ids) == most {
			break
		}
		ids = append(ids, id)
		delete(l.noted, id)
	}
	return ids
}

// cut shortens a text to at most n bytes.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "") + "…"
}
