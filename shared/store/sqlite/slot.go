package sqlite

import (
	"errors"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"

	"redthread.dev/shared/store"
)

// slot is what the writer finds where a document is or would be.
type slot struct {
	k       int64
	v       int64 // 0: nothing there
	expired bool  // what is there is as good as deleted
	same    bool  // what is there has the write's place in the indexes
}

// version is the one that a write must name.
func (s slot) version() int64 {
	if s.expired {
		return 0
	}
	return s.v
}

// look finds the document of a write.
func (w *writer) look(write *store.Write) (found slot, err error) {
	s, err := w.statement(write.Key.Collection, check)
	if err != nil {
		return slot{}, err
	}
	found.k = w.db.slot(write.Key.ID)
	s.bindInt(1, found.k)
	for s.step() {
		if string(s.text(1)) != write.Key.ID {
			continue
		}
		expires := s.int(3)
		found = slot{
			k: s.int(0), v: s.int(2), expired: expires != 0 && expires <= w.now,
			same: expires == milli(write.Expires) && string(s.text(4)) == write.Entry.Partition && string(s.text(5)) == write.Entry.Sort,
		}
		break
	}
	return found, s.done()
}

// write writes a document where look has found it to belong.
func (w *writer) write(write *store.Write, at *slot) error {
	switch {
	case write.Data == nil && at.v == 0:
		return nil
	case write.Data == nil:
		return w.remove(write.Key.Collection, at.k)
	case at.v == 0:
		return w.insert(write, at)
	case at.same:
		return w.fill(write, at, update)
	default:
		return w.fill(write, at, move)
	}
}

func (w *writer) remove(collection string, k int64) error {
	s, err := w.statement(collection, remove)
	if err != nil {
		return err
	}
	s.bindInt(1, k)
	return s.run()
}

// insert puts the document into the first free slot of its hash.
func (w *writer) insert(write *store.Write, at *slot) error {
	for end := at.k + window; at.k < end; at.k++ {
		err := w.fill(write, at, insert)
		var f *fault
		if !errors.As(err, &f) || f.code != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY {
			return err
		}
	}
	return fmt.Errorf("%d other documents of its collection have the same hash", window)
}

// fill runs one of the statements that write a whole document.
func (w *writer) fill(write *store.Write, at *slot, k kind) error {
	v, err := w.version(at.v)
	if err != nil {
		return err
	}
	s, err := w.statement(write.Key.Collection, k)
	if err != nil {
		return err
	}
	if err := w.c.room(len(write.Data) + len(write.Entry.Partition) + len(write.Entry.Sort) + len(write.Key.ID)); err != nil {
		return err
	}
	s.bindInt(1, at.k)
	s.bindInt(2, v)
	s.bindBytes(3, write.Data)
	if k != update {
		s.bindInt(4, milli(write.Expires))
		s.bindText(5, write.Entry.Partition)
		s.bindText(6, write.Entry.Sort)
	}
	if k == insert {
		s.bindText(7, write.Key.ID)
	}
	return s.run()
}

// statement is one on a collection, which is made if nobody has written to it yet.
func (w *writer) statement(collection string, k kind) (*statement, error) {
	t, err := w.c.table(collection)
	if err == nil && t == nil {
		t, err = w.make(collection)
	}
	if err != nil {
		return nil, err
	}
	return t.statement(k)
}

func (w *writer) make(collection string) (*table, error) {
	for _, sql := range schemaOf {
		if err := w.c.exec(fmt.Sprintf(sql, collection)); err != nil {
			return nil, fmt.Errorf("make collection: %w", err)
		}
	}
	w.made = append(w.made, collection)
	return w.c.table(collection)
}

// version gives out the next one, larger than old, which another process may have given.
func (w *writer) version(old int64) (int64, error) {
	if w.next == w.ceiling || w.next <= old {
		var err error
		if w.next, err = w.c.number("SELECT value FROM redthread_meta WHERE name = 'version'"); err != nil {
			return 0, err
		}
		w.ceiling = w.next + reserve
		if err := w.c.exec(fmt.Sprintf("UPDATE redthread_meta SET value = %d WHERE name = 'version'", w.ceiling)); err != nil {
			return 0, err
		}
	}
	w.next++
	return w.next - 1, nil
}
