package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

const (
	application = 0x72647468 // "rdth", in the file's header: https://sqlite.org/pragma.html#pragma_application_id
	schema      = 1          // of the file; an older program refuses a newer one
	patience    = 5000       // ms to wait for another process that writes

	// What a connection keeps of the file in memory, in KiB. More makes commits slower:
	// SQLite goes through all of it when one has split a page. What readers keep is
	// good until the next commit only.
	writerKeeps = 4 << 10
	readerKeeps = 1 << 10
)

// What a new file holds.
const (
	versions  = `CREATE TABLE redthread_meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID`
	noVersion = `INSERT INTO redthread_meta VALUES('version', 1)`
)

// openWriter opens the connection that writes, and makes the file if there is none.
func openWriter(ctx context.Context, path string) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c, err := openConn(path, sqlite3.SQLITE_OPEN_READWRITE|sqlite3.SQLITE_OPEN_CREATE)
	if err != nil {
		return nil, explained(path, err)
	}
	if err := c.begin(path); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *conn) begin(path string) error {
	err := c.exec(fmt.Sprintf("PRAGMA busy_timeout = %d", patience), fmt.Sprintf("PRAGMA cache_size = -%d", writerKeeps))
	if err == nil {
		err = patiently(func() error {
			if err := c.claim(); err != nil {
				return err
			}
			return c.writeAhead()
		})
	}
	if err == nil {
		// What is deleted is overwritten with zeros, so that nothing of an erased customer
		// stays on a free page: https://sqlite.org/pragma.html#pragma_secure_delete
		err = c.exec("PRAGMA synchronous = FULL", "PRAGMA secure_delete = ON", "PRAGMA wal_autocheckpoint = 0",
			fmt.Sprintf("PRAGMA journal_size_limit = %d", logPages*4096*3/2)) // what a long read has made it grow to is given back
	}
	return explained(path, err)
}

// patiently tries again while several processes make one file: SQLite does not wait
// for the others itself when it turns the log on.
func patiently(try func() error) error {
	for last := time.Now().Add(patience * time.Millisecond); ; time.Sleep(5 * time.Millisecond) {
		err := try()
		var f *fault
		if !errors.As(err, &f) || f.primary() != sqlite3.SQLITE_BUSY || time.Now().After(last) {
			return err
		}
	}
}

// claim makes a new file ours, and refuses another's or a newer one.
func (c *conn) claim() error {
	if c.readOnly() {
		return &fault{code: sqlite3.SQLITE_READONLY, text: "the file is read-only"}
	}
	if err := c.exec("BEGIN"); err != nil { // both halves of the header as of one moment: somebody may be making the file
		return err
	}
	app, version, err := c.header()
	if err := errors.Join(err, c.exec("COMMIT")); err != nil {
		return err
	}
	if app == 0 && version == 0 {
		if app, version, err = c.create(); err != nil {
			return err
		}
	}
	switch {
	case app != application:
		return fmt.Errorf("it is an SQLite file of another program (application_id %#x, want %#x)", app, application)
	case version != schema:
		return fmt.Errorf("its schema is version %d and this program knows version %d: use the program that wrote it, or a newer one", version, schema)
	}
	return nil
}

func (c *conn) header() (app, version int64, err error) {
	if app, err = c.number("PRAGMA application_id"); err == nil {
		version, err = c.number("PRAGMA user_version")
	}
	return app, version, err
}

// create lays out an empty file, unless it is not empty or somebody else just did.
func (c *conn) create() (app, version int64, err error) {
	if err := c.exec("PRAGMA page_size = 4096", "BEGIN IMMEDIATE"); err != nil {
		return 0, 0, err
	}
	defer c.exec("ROLLBACK") // of nothing, once committed
	app, version, err = c.header()
	if err != nil || app != 0 || version != 0 {
		return app, version, err
	}
	if n, err := c.number("SELECT count(*) FROM sqlite_schema"); err != nil || n > 0 {
		return 0, 0, err
	}
	err = c.exec(versions, noVersion, fmt.Sprintf("PRAGMA application_id = %d", application), fmt.Sprintf("PRAGMA user_version = %d", schema), "COMMIT")
	return application, schema, err
}

// writeAhead turns the log on, for which readers and the writer share memory.
func (c *conn) writeAhead() error {
	s, err := c.prepare("PRAGMA journal_mode = WAL")
	if err != nil {
		return err
	}
	defer s.close()
	mode := ""
	if s.step() {
		mode = string(s.text(0))
	}
	if err := s.done(); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("no write-ahead log is possible there (journal mode %q): the file must be on a local disk", mode)
	}
	return nil
}

// openReader opens a connection to a file that openWriter has opened before.
func openReader(path string) (*conn, error) {
	c, err := openConn(path, sqlite3.SQLITE_OPEN_READWRITE)
	if err != nil {
		return nil, explained(path, err)
	}
	err = c.exec(fmt.Sprintf("PRAGMA busy_timeout = %d", patience), fmt.Sprintf("PRAGMA cache_size = -%d", readerKeeps), "PRAGMA query_only = ON")
	if err != nil {
		c.close()
		return nil, explained(path, err)
	}
	return c, nil
}

// explained says of SQLite's errors what is wrong with the file and what to do.
func explained(path string, err error) error {
	var f *fault
	if !errors.As(err, &f) {
		return err
	}
	switch f.primary() {
	case sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("%s: %w", unopenable(path), err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%s and its folder must be writable: %w", path, err)
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%s is not an SQLite file: %w", path, err)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%s is damaged: restore a backup, or save what can be with `sqlite3 %s .recover`: %w", path, path, err)
	case sqlite3.SQLITE_BUSY:
		return fmt.Errorf("another process has been writing to %s for %d s: %w", path, patience/1000, err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("no room left for %s: %w", path, err)
	}
	return err
}

// unopenable finds out why SQLite could not, as it does not say.
func unopenable(path string) string {
	dir := filepath.Dir(path)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return path + " is a folder, want a file"
	}
	if _, err := os.Stat(dir); err != nil {
		return fmt.Sprintf("the folder %s does not exist; make it first", dir)
	}
	return fmt.Sprintf("%s and its folder must be readable and writable", path)
}
