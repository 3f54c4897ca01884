package sqlite_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"redthread.dev/tests/bench/beside"
)

// bare is the floor: the same tables and bytes in the same SQLite, written by hand
// with database/sql, prepared statements and no store around it.
type bare struct {
	db, reading                              *sql.DB
	version, update, journal, actions, whole *sql.Stmt
}

func newBare(tb testing.TB) *bare {
	path := filepath.Join(tb.TempDir(), "bare.db")
	open := func(more string) *sql.DB {
		db, err := sql.Open("sqlite", path+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=wal_autocheckpoint(32768)&_pragma=cache_size(-4096)"+more)
		require.NoError(tb, err)
		tb.Cleanup(func() { require.NoError(tb, db.Close()) })
		return db
	}
	db := open("&_txlock=immediate")
	for _, name := range []string{"profiles", "journal", "actions"} {
		for _, text := range []string{
			`CREATE TABLE %[1]s(k INTEGER PRIMARY KEY, id TEXT NOT NULL, v INTEGER NOT NULL, expires INTEGER NOT NULL, part TEXT NOT NULL, sort TEXT NOT NULL, data TEXT NOT NULL)`,
			`CREATE INDEX %[1]s_sorted ON %[1]s(part, sort, id) WHERE part <> ''`,
			`CREATE INDEX %[1]s_expiring ON %[1]s(expires) WHERE expires > 0`,
		} {
			_, err := db.Exec(fmt.Sprintf(text, name))
			require.NoError(tb, err)
		}
	}
	f := &bare{db: db, reading: open("")}
	f.reading.SetMaxOpenConns(4)
	f.reading.SetMaxIdleConns(4)
	prepare := func(db *sql.DB, text string) *sql.Stmt {
		s, err := db.Prepare(text)
		require.NoError(tb, err)
		return s
	}
	f.version = prepare(db, `SELECT v FROM profiles WHERE k = ?`)
	f.update = prepare(db, `UPDATE profiles SET v = ?2, data = ?3 WHERE k = ?1`)
	f.journal = prepare(db, `INSERT INTO journal VALUES(?, ?, ?, 0, '', '', ?)`)
	f.actions = prepare(db, `INSERT INTO actions VALUES(?, ?, ?, 0, '', '', ?)`)
	f.whole = prepare(f.reading, `SELECT id, v, expires, part, sort, data FROM profiles WHERE k = ?`)
	tx, err := db.Begin()
	require.NoError(tb, err)
	for i := range work.Customers {
		_, err := tx.Exec(`INSERT INTO profiles VALUES(?, ?, 1, 0, '', '', ?)`, number(work.Customer(i)), work.Customer(i), string(work.Profile))
		require.NoError(tb, err)
	}
	require.NoError(tb, tx.Commit())
	return f
}

func number(id string) int64 {
	sum := sha256.Sum256([]byte(id))
	return int64(binary.BigEndian.Uint64(sum[:]) >> 1)
}

// commits writes groups of so many in one transaction, from one goroutine.
func (f *bare) commits(group int) beside.Side {
	return func(took []time.Duration) error {
		for i := 0; i < len(took); i += group {
			tx, err := f.db.Begin()
			for j := i; j < min(i+group, len(took)) && err == nil; j++ {
				err = f.act(tx)
			}
			if err == nil {
				err = tx.Commit()
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}

func (f *bare) act(tx *sql.Tx) error {
	customer, id := work.Turn()
	who := number(customer)
	var version int64
	if err := tx.Stmt(f.version).QueryRow(who).Scan(&version); err != nil {
		return err
	}
	if _, err := tx.Stmt(f.update).Exec(who, version+1, string(work.Profile)); err != nil {
		return err
	}
	if _, err := tx.Stmt(f.journal).Exec(number(id), id, 1, string(work.Small)); err != nil {
		return err
	}
	_, err := tx.Stmt(f.actions).Exec(number(id), id, 1, string(work.Small))
	return err
}

func (f *bare) get() error {
	tx, err := f.reading.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for range 2 {
		var id, part, sort string
		var v, expires int64
		var data []byte
		row := tx.Stmt(f.whole).QueryRow(number(work.Customer(rand.IntN(work.Customers))))
		if err := row.Scan(&id, &v, &expires, &part, &sort, &data); err != nil {
			return err
		}
	}
	return nil
}
