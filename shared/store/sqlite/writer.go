package sqlite

import (
	"fmt"
	"slices"
	"time"

	"redthread.dev/shared/store"
)

// writer is the one goroutine that writes.
type writer struct {
	db *DB
	c  *conn

	group []*request // of the transaction under way
	made  []string   // collections made in it
	now   int64      // its time

	next, ceiling int64 // versions still to give out, reserved in the file
	found         []slot
	log           log
}

// reserve is how many versions the writer sets aside at a time. A version is given
// out once, also over restarts and by several processes, so that one that was
// read never fits another document of the same name.
const reserve = 1 << 20

func (w *writer) run() {
	defer close(w.db.written)
	sweep := time.NewTimer(sweepEvery)
	defer sweep.Stop()
	for {
		select {
		case <-w.db.wake:
			w.serve()
		case <-sweep.C:
			sweep.Reset(w.tidy())
		case <-w.db.closed:
			w.serve()
			return
		}
	}
}

// serve commits until nobody waits. It takes requests when the file is its to write,
// so that as long as another process has it callers may still go away.
func (w *writer) serve() {
	for w.db.wanted() {
		err := w.c.do("BEGIN IMMEDIATE")
		w.group = slices.DeleteFunc(w.db.received(w.group), func(r *request) bool { return !r.take() })
		w.commit(err)
		for _, r := range w.group {
			close(r.answer)
		}
		w.log.grown()
	}
}

// commit commits the group in the transaction that was begun, but for those that
// conflict or fail: each of them has its error and has changed nothing.
func (w *writer) commit(err error) {
	for {
		var failed *request
		if err == nil {
			failed, err = w.transaction()
		}
		if err == nil {
			w.made = w.made[:0]
			return
		}
		w.rollback()
		if failed == nil {
			w.fail(err)
			return
		}
		failed.err = err // alone; the others are tried again without it
		err = w.c.do("BEGIN IMMEDIATE")
	}
}

// transaction writes all requests that have no error yet. When it was one of them
// that made it fail it says which.
func (w *writer) transaction() (failed *request, err error) {
	w.now = w.db.now().UnixMilli()
	for _, r := range w.group {
		if r.err == nil {
			if err := w.apply(r); err != nil {
				return r, err
			}
		}
	}
	return nil, w.c.do("COMMIT")
}

// rollback also takes back the collections made and the versions reserved within.
func (w *writer) rollback() {
	_ = w.c.do("ROLLBACK") // fails when SQLite has already done it
	for _, name := range w.made {
		w.c.forget(name)
	}
	w.made = w.made[:0]
	w.next, w.ceiling = 0, 0
}

// fail gives err to all that have no other.
func (w *writer) fail(err error) {
	for _, r := range w.group {
		if r.err == nil {
			r.err = err
		}
	}
}

// apply writes one request's documents, having looked at all of them first.
func (w *writer) apply(r *request) error {
	w.found = w.found[:0]
	for i := range r.writes {
		s, err := w.look(&r.writes[i])
		if err != nil {
			return fmt.Errorf("%s: %w", r.writes[i].Key, err)
		}
		if v := r.writes[i].Version; v != store.Unchecked && v != s.version() {
			r.err = fmt.Errorf("%s: %w", r.writes[i].Key, store.ErrConflict)
			return nil
		}
		w.found = append(w.found, s)
	}
	for i := range r.writes {
		if err := w.write(&r.writes[i], &w.found[i]); err != nil {
			return fmt.Errorf("%s: %w", r.writes[i].Key, err)
		}
	}
	return nil
}
