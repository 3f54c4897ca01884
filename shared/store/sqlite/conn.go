package sqlite

import (
	"errors"
	"fmt"
	"strings"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

func init() { sqlite3.PatchIssue199() }

// conn is one connection to the file. It speaks SQLite's own C interface
// (https://sqlite.org/c3ref/intro.html) rather than database/sql's, which looks
// up the name and type of each column anew with each read: a read of two
// documents costs a third that way. One goroutine uses a conn at a time.
type conn struct {
	tls    *libc.TLS
	db     uintptr
	tables map[string]*table
	often  map[string]*statement // by its text

	arena uintptr // what is bound lives here until the statement has run
	size  int
	used  int
}

const smallArena = 16 << 10 // bytes; a profile and its keys fit

func openConn(path string, flags int32) (*conn, error) {
	c := &conn{tls: libc.NewTLS(), tables: map[string]*table{}, often: map[string]*statement{}}
	// One word for what SQLite writes back, then the path.
	p := sqlite3.Xsqlite3_malloc(c.tls, int32(8+len(path)+1))
	if p == 0 {
		c.tls.Close()
		return nil, errors.New("out of memory")
	}
	defer sqlite3.Xsqlite3_free(c.tls, p)
	b := libc.GoBytes(p, 8+len(path)+1)
	clear(b)
	copy(b[8:], path)
	rc := sqlite3.Xsqlite3_open_v2(c.tls, p+8, p, flags|sqlite3.SQLITE_OPEN_NOMUTEX|sqlite3.SQLITE_OPEN_EXRESCODE, 0)
	c.db = word(p)
	if rc != sqlite3.SQLITE_OK {
		err := c.fault(rc)
		c.close()
		return nil, err
	}
	return c, nil
}

// close frees everything the connection holds. The last one to close a file
// moves what is in the log into it.
func (c *conn) close() error {
	for _, t := range c.tables {
		t.close()
	}
	for _, s := range c.often {
		s.close()
	}
	rc := sqlite3.Xsqlite3_close_v2(c.tls, c.db)
	sqlite3.Xsqlite3_free(c.tls, c.arena)
	c.tls.Close()
	if rc != sqlite3.SQLITE_OK {
		return &fault{code: rc, text: "close"}
	}
	return nil
}

// exec runs statements that take and return nothing.
func (c *conn) exec(statements ...string) error {
	for _, sql := range statements {
		s, err := c.prepare(sql)
		if err != nil {
			return err
		}
		err = s.run()
		s.close()
		if err != nil {
			return err
		}
	}
	return nil
}

// do runs a statement that takes and returns nothing, and keeps it prepared.
func (c *conn) do(sql string) error {
	s, err := c.kept(sql)
	if err != nil {
		return err
	}
	return s.run()
}

// kept returns a statement that is prepared once, and again by SQLite itself when the
// schema has changed.
func (c *conn) kept(sql string) (*statement, error) {
	s := c.often[sql]
	if s == nil {
		var err error
		if s, err = c.prepare(sql); err != nil {
			return nil, err
		}
		c.often[sql] = s
	}
	return s, nil
}

// number runs a statement that returns one number, 0 when it returns no row.
func (c *conn) number(sql string) (n int64, err error) {
	s, err := c.kept(sql)
	if err != nil {
		return 0, err
	}
	if s.step() {
		n = s.int(0)
	}
	return n, s.done()
}

// room makes place for n bytes of bound text. It is called once before a
// statement is bound, never between.
func (c *conn) room(n int) error {
	c.used = 0
	if n <= c.size {
		return nil
	}
	sqlite3.Xsqlite3_free(c.tls, c.arena)
	c.size = max(n, 2*c.size, smallArena)
	c.arena = sqlite3.Xsqlite3_malloc(c.tls, int32(c.size))
	if c.arena == 0 {
		c.size = 0
		return errors.New("out of memory")
	}
	return nil
}

// fault is an error of SQLite: https://sqlite.org/rescode.html.
type fault struct {
	code int32 // extended
	text string
}

func (f *fault) Error() string { return fmt.Sprintf("sqlite: %s (code %d)", f.text, f.code) }

// primary is the code without the detail in its upper bytes.
func (f *fault) primary() int32 { return f.code & 0xff }

func (c *conn) fault(rc int32) error {
	text := libc.GoString(sqlite3.Xsqlite3_errstr(c.tls, rc))
	if c.db != 0 && sqlite3.Xsqlite3_extended_errcode(c.tls, c.db) == rc {
		if more := libc.GoString(sqlite3.Xsqlite3_errmsg(c.tls, c.db)); !strings.Contains(more, text) {
			text += ": " + more
		}
	}
	return &fault{code: rc, text: text}
}

func (c *conn) readOnly() bool { return sqlite3.Xsqlite3_db_readonly(c.tls, c.db, 0) == 1 }

// pagesWritten is how many since it was last asked.
func (c *conn) pagesWritten() int {
	if c.room(smallArena) != nil {
		return 0
	}
	rc := sqlite3.Xsqlite3_db_status(c.tls, c.db, sqlite3.SQLITE_DBSTATUS_CACHE_WRITE, c.arena, c.arena+8, 1)
	if rc != sqlite3.SQLITE_OK {
		return 0
	}
	return int(int32(word(c.arena)))
}

// checkpoint moves the log into the file and, when no reader needs it within the
// given milliseconds, begins it anew (SQLITE_CHECKPOINT_RESTART) or cuts it off too
// (SQLITE_CHECKPOINT_TRUNCATE). It says whether it has.
func (c *conn) checkpoint(wait, mode int32) bool {
	sqlite3.Xsqlite3_busy_timeout(c.tls, c.db, wait)
	defer sqlite3.Xsqlite3_busy_timeout(c.tls, c.db, patience)
	return sqlite3.Xsqlite3_wal_checkpoint_v2(c.tls, c.db, 0, mode, 0, 0) == sqlite3.SQLITE_OK
}
