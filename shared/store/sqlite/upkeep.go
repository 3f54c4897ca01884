package sqlite

import (
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

const (
	sweepEvery = 30 * time.Second      // for expired documents
	sweepAgain = 20 * time.Millisecond // when there are more of them
	sweepBatch = 500                   // documents of a collection, in one transaction
)

// tidy removes some of what has expired, and says when it should be called again.
func (w *writer) tidy() time.Duration {
	names, err := w.collections()
	if err != nil {
		return sweepEvery
	}
	more := false
	for _, name := range names {
		n, err := w.sweep(name)
		if err != nil {
			return sweepEvery // what has expired is not read, swept or not
		}
		more = more || n == sweepBatch
	}
	w.log.grown()
	w.log.rest()
	if more {
		return sweepAgain
	}
	return sweepEvery
}

func (w *writer) collections() (names []string, err error) {
	s, err := w.c.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%\_%' ESCAPE '\'`)
	if err != nil {
		return nil, err
	}
	defer s.close()
	for s.step() {
		names = append(names, string(s.text(0)))
	}
	return names, s.done()
}

func (w *writer) sweep(name string) (removed int, err error) {
	s, err := w.statement(name, sweep)
	if err != nil {
		return 0, err
	}
	s.bindInt(1, w.db.now().UnixMilli())
	s.bindInt(2, sweepBatch)
	if err := s.run(); err != nil {
		return 0, err
	}
	return int(sqlite3.Xsqlite3_changes(w.c.tls, w.c.db)), nil
}

// log is SQLite's write-ahead log: https://sqlite.org/wal.html. The longer it may
// grow, the more often a page is written before it is moved into the file once.
type log struct {
	c     *conn
	full  int // pages that it may have
	pages int // written since it was last begun anew, or tried to
	seen  int // of them, when it was last looked at
}

const (
	// 128 MiB. Emptying it stops the writer for a tenth of a second, with 64 writers
	// once in some 7,000 commits, so that fewer than one in a hundred waits for it. A
	// start after a crash reads it in a twentieth of a second.
	logPages = 32 << 10
	logWait  = 20 // ms for readers to be done with it; ours take microseconds
)

// grown is called after each transaction.
func (l *log) grown() {
	if l.pages += l.c.pagesWritten(); l.pages >= l.full {
		l.c.checkpoint(logWait, sqlite3.SQLITE_CHECKPOINT_RESTART) // refused by somebody's long read: later, when it has grown as much again
		l.pages = 0
	}
}

// rest empties the log when nothing was written for a while, so that the next
// start has little to do even if this process is killed, and so that what was erased
// is not left there.
func (l *log) rest() {
	if l.pages > 0 && l.pages == l.seen && l.c.checkpoint(logWait, sqlite3.SQLITE_CHECKPOINT_TRUNCATE) {
		l.pages = 0
	}
	l.seen = l.pages
}
