package sqlite

import (
	"encoding/binary"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// statement is a prepared one. Bind, step until it is false, then done; the
// first error on the way is kept and returned by done.
type statement struct {
	c  *conn
	p  uintptr
	rc int32
}

func (c *conn) prepare(sql string) (*statement, error) {
	p := sqlite3.Xsqlite3_malloc(c.tls, int32(8+len(sql)+1))
	if p == 0 {
		return nil, c.fault(sqlite3.SQLITE_NOMEM)
	}
	defer sqlite3.Xsqlite3_free(c.tls, p)
	b := libc.GoBytes(p, 8+len(sql)+1)
	clear(b)
	copy(b[8:], sql)
	rc := sqlite3.Xsqlite3_prepare_v3(c.tls, c.db, p+8, int32(len(sql)+1), sqlite3.SQLITE_PREPARE_PERSISTENT, p, 0)
	if rc != sqlite3.SQLITE_OK {
		return nil, c.fault(rc)
	}
	return &statement{c: c, p: word(p)}, nil
}

func (s *statement) close() {
	if s != nil {
		sqlite3.Xsqlite3_finalize(s.c.tls, s.p)
	}
}

func (s *statement) bindInt(i int32, v int64) {
	s.note(sqlite3.Xsqlite3_bind_int64(s.c.tls, s.p, i, v))
}

// bindText copies v into the connection's arena, where room was made for it.
func (s *statement) bindText(i int32, v string) {
	p := s.c.arena + uintptr(s.c.used)
	copy(libc.GoBytes(p, len(v)), v)
	s.bindArena(i, p, len(v))
}

func (s *statement) bindBytes(i int32, v []byte) {
	p := s.c.arena + uintptr(s.c.used)
	copy(libc.GoBytes(p, len(v)), v)
	s.bindArena(i, p, len(v))
}

func (s *statement) bindArena(i int32, p uintptr, n int) {
	s.c.used += n
	s.note(sqlite3.Xsqlite3_bind_text(s.c.tls, s.p, i, p, int32(n), 0)) // 0: SQLite copies nothing
}

func (s *statement) note(rc int32) {
	if s.rc == sqlite3.SQLITE_OK {
		s.rc = rc
	}
}

// step moves to the next row and says whether there is one.
func (s *statement) step() bool {
	if s.rc != sqlite3.SQLITE_OK {
		return false
	}
	switch rc := sqlite3.Xsqlite3_step(s.c.tls, s.p); rc {
	case sqlite3.SQLITE_ROW:
		return true
	case sqlite3.SQLITE_DONE:
		return false
	default:
		s.rc = rc
		return false
	}
}

// done makes the statement ready for its next use and returns what went wrong.
func (s *statement) done() (err error) {
	if s.rc != sqlite3.SQLITE_OK {
		err = s.c.fault(s.rc)
		s.rc = sqlite3.SQLITE_OK
	}
	sqlite3.Xsqlite3_reset(s.c.tls, s.p)
	return err
}

// run steps through to the end.
func (s *statement) run() error {
	for s.step() {
	}
	return s.done()
}

func (s *statement) int(i int32) int64 { return sqlite3.Xsqlite3_column_int64(s.c.tls, s.p, i) }

// text is the column's bytes, valid until the next step.
func (s *statement) text(i int32) []byte {
	p := sqlite3.Xsqlite3_column_text(s.c.tls, s.p, i)
	if p == 0 {
		return nil
	}
	return libc.GoBytes(p, int(sqlite3.Xsqlite3_column_bytes(s.c.tls, s.p, i)))
}

// word reads the pointer that SQLite wrote at p.
func word(p uintptr) uintptr { return uintptr(binary.NativeEndian.Uint64(libc.GoBytes(p, 8))) }
