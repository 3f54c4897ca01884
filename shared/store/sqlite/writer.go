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

// serve commits until nobody waits.
func (w *writer) serve() {
	for {
		all := w.db.received(w.group)
		if len(all) == 0 {
			return
		}
		w.group = slices.DeleteFunc(all, func(r *request) bool { return !r.take() })
		w.make()
		w.commit()
		for _, r := range w.group {
			close(r.answer)
		}
		w.log.grown()
	}
}

// make makes the collections that are written to for the first time.
func (w *writer) make() {
	for _, r := range w.group {
		for i := range r.writes {
			if r.err == nil {
				r.err = w.makeOne(r.writes[i].Key.Collection)
			}
		}
	}
}

func (w *writer) makeOne(name string) error {
	if t, err := w.c.table(name); t != nil || err != nil {
		return err
	}
	for _, sql := range schemaOf {
		if err := w.c.exec(fmt.Sprintf(sql, name)); err != nil {
			return fmt.Errorf("make collection %s: %w", name, err)
		}
	}
	_, err := w.c.table(name)
	return err
}

// commit commits the group, without those that conflict or fail: each of them has
// its error and has changed nothing.
func (w *writer) commit() {
	for {
		failed, err := w.transaction()
		if err == nil {
			return
		}
		w.rollback()
		if failed != nil { // alone; the others are tried again without it
			failed.err = err
			continue
		}
		for _, r := range w.group {
			if r.err == nil {
				r.err = err
			}
		}
		return
	}
}

// transaction commits all requests that have no error yet. When it was one of them
// that made it fail it says which.
func (w *writer) transaction() (failed *request, err error) {
	if err := w.c.do("BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
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

// rollback also gives back the versions, which may have been reserved within.
func (w *writer) rollback() {
	_ = w.c.do("ROLLBACK") // fails when SQLite has already done it
	w.next, w.ceiling = 0, 0
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
