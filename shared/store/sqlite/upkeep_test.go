package sqlite

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sqlite3 "modernc.org/sqlite/lib"

	"redthread.dev/shared/store"
)

// look opens the file as another program would.
func look(t *testing.T, path string) *conn {
	c, err := openConn(path, sqlite3.SQLITE_OPEN_READWRITE|sqlite3.SQLITE_OPEN_CREATE)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.close()) })
	return c
}

func count(t *testing.T, c *conn, what string) int64 {
	n, err := c.number("SELECT count(*) FROM " + what)
	require.NoError(t, err)
	return n
}

func write(t *testing.T, db *DB, n int, until time.Time) {
	for i := 0; i < n; i += 100 {
		writes := make([]store.Write, min(100, n-i))
		for j := range writes {
			writes[j] = store.Write{
				Key: store.Key{Collection: "journal", ID: fmt.Sprintf("%d-%d", until.Unix(), i+j)}, Version: store.Unchecked,
				Data: []byte(`{}`), Entry: store.Entry{Partition: "p", Sort: "s"}, Expires: until,
			}
		}
		require.NoError(t, db.Commit(t.Context(), writes...))
	}
}

func TestSweepRemovesWhatHasExpiredABatchAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	start := time.Now()
	var later time.Duration
	w := resting(t, path, func() time.Time { return start.Add(later) })
	c := w.c
	put := func(n int, until time.Time) {
		var writes []store.Write
		for i := range n {
			writes = append(writes, store.Write{Key: store.Key{Collection: "journal", ID: fmt.Sprint(until.Unix(), i)}, Data: []byte(`{}`), Entry: store.Entry{Partition: "p"}, Expires: until})
		}
		require.NoError(t, commitAlone(w, writes...))
	}
	put(sweepBatch+100, start.Add(time.Hour))
	put(50, start.Add(3*time.Hour))
	put(50, time.Time{})
	require.Equal(t, sweepEvery, w.tidy())
	require.EqualValues(t, sweepBatch+200, count(t, c, "journal"))

	later = 2 * time.Hour
	require.Equal(t, sweepAgain, w.tidy(), "there may be more")
	require.EqualValues(t, 200, count(t, c, "journal"))
	require.Equal(t, sweepEvery, w.tidy())
	require.EqualValues(t, 100, count(t, c, "journal"))
	n, err := c.number("SELECT count(*) FROM journal INDEXED BY journal_sorted WHERE part = 'p' AND part <> ''")
	require.NoError(t, err)
	require.EqualValues(t, 100, n)
}

func TestLogIsBegunAnewWhenItIsFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	fill := func(megabytes int) {
		for i := range megabytes {
			writes := make([]store.Write, 10)
			for j := range writes {
				writes[j] = store.Write{Key: store.Key{Collection: "a", ID: fmt.Sprint(j)}, Version: store.Unchecked, Data: fmt.Appendf(nil, `{"i":%d,"run":%d,"x":%q}`, i, megabytes, strings.Repeat(fmt.Sprint(i), 100_000/len(fmt.Sprint(i))))}
			}
			require.NoError(t, db.Commit(t.Context(), writes...))
		}
	}
	db.writer.log.full = 512 // pages
	limit := int64(3 << 20)
	fill(10)
	require.Less(t, size(t, path+"-wal"), limit)

	// Somebody who reads for long keeps what he reads, and makes nobody wait.
	reader := look(t, path)
	require.NoError(t, reader.exec("BEGIN"))
	before := count(t, reader, `a WHERE data LIKE '{"i":9,%'`)
	start := time.Now()
	fill(10)
	require.Less(t, time.Since(start), patience*time.Millisecond)
	require.EqualValues(t, 10, before)
	require.Equal(t, before, count(t, reader, `a WHERE data LIKE '{"i":9,%'`))
	require.NoError(t, reader.exec("COMMIT"))
	require.Greater(t, size(t, path+"-wal"), limit)
	fill(5)
	grown := size(t, path+"-wal")
	fill(20)
	require.Equal(t, grown, size(t, path+"-wal"), "its place is used again")
}

func size(t *testing.T, path string) int64 {
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Size()
}

func TestQueriesUseTheIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	write(t, db, 100, time.Time{})
	c := look(t, path)
	for k := check; k < kinds; k++ {
		s, err := c.prepare("EXPLAIN QUERY PLAN " + k.sql("journal"))
		require.NoError(t, err)
		for s.step() {
			plan := string(s.text(3))
			require.NotContains(t, plan, "TEMP B-TREE", k.sql("journal"))
			require.NotContains(t, plan, "SCAN journal ", k.sql("journal"))
			if k >= page {
				require.Contains(t, plan, "journal_sorted (part=? AND ", k.sql("journal"))
			}
		}
		require.NoError(t, s.done())
		s.close()
	}
}

func TestNothingOfWhatWasDeletedStaysInTheFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	w := resting(t, path, time.Now)
	put := func(id, text string, times int) {
		require.NoError(t, commitAlone(w, store.Write{Key: store.Key{Collection: "profiles", ID: id}, Version: store.Unchecked, Data: fmt.Appendf(nil, "[%q]", strings.Repeat(text, times))}))
	}
	for i := range 300 {
		put(fmt.Sprint("other-", i), "somebody else ", 1+i%40)
		put(fmt.Sprint("her-", i%60), "mette.hansen@example.com ", 1+i*37%400) // up to 10 KB, which needs pages of its own
	}
	w.tidy()
	w.tidy()
	require.Positive(t, found(t, path, "mette.hansen"), "she is in the file")
	require.Zero(t, found(t, path+"-wal", "mette.hansen"), "and not in the log, after a rest")
	for i := range 60 {
		require.NoError(t, commitAlone(w, store.Write{Key: store.Key{Collection: "profiles", ID: fmt.Sprint("her-", i)}, Version: store.Unchecked}))
	}
	w.tidy()
	w.tidy()
	require.Zero(t, found(t, path, "mette.hansen")+found(t, path+"-wal", "mette.hansen"))
	require.Positive(t, found(t, path, "somebody else"))
}

// found counts a text in the bytes of a file.
func found(t *testing.T, path, text string) int {
	all, err := os.ReadFile(path)
	require.NoError(t, err)
	return bytes.Count(all, []byte(text))
}
