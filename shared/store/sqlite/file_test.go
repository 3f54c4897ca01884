package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

// made returns the path of a file with so many documents, closed again.
func made(t *testing.T, documents int) string {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Open(t.Context(), path)
	require.NoError(t, err)
	for i := range documents {
		require.NoError(t, db.Commit(t.Context(), put(i, strings.Repeat("x", 3000))))
	}
	require.NoError(t, db.Close())
	return path
}

func put(i int, text string) store.Write {
	return store.Write{Key: store.Key{Collection: "profiles", ID: fmt.Sprint(i)}, Version: store.Unchecked, Data: fmt.Appendf(nil, `{"x":%q}`, text)}
}

func TestOpenSaysWhatIsWrongWithTheFile(t *testing.T) {
	other := func(statements ...string) func(t *testing.T) string {
		return func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "a.db")
			require.NoError(t, look(t, path).exec(statements...))
			return path
		}
	}
	for name, test := range map[string]struct {
		path func(t *testing.T) string
		want []string
	}{
		"no path":             {func(*testing.T) string { return "" }, []string{"names no file", "memory:"}},
		"memory":              {func(*testing.T) string { return ":memory:" }, []string{"memory:"}},
		"two slashes":         {func(*testing.T) string { return "//a.db" }, []string{"without // or ?"}},
		"parameters":          {func(*testing.T) string { return "a.db?mode=ro" }, []string{"without // or ?"}},
		"no such folder":      {func(t *testing.T) string { return filepath.Join(t.TempDir(), "none", "a.db") }, []string{"none does not exist; make it first"}},
		"a folder":            {func(t *testing.T) string { return t.TempDir() }, []string{"is a folder, want a file"}},
		"another format":      {written([]byte(strings.Repeat("not a database, ", 100))), []string{"a.db is not an SQLite file"}},
		"another program's":   {other("CREATE TABLE songs(name)"), []string{"another program", "0x72647468"}},
		"another application": {other("PRAGMA application_id = 7"), []string{"another program", "0x7"}},
		"a newer schema": {func(t *testing.T) string {
			path := made(t, 1)
			require.NoError(t, look(t, path).exec("PRAGMA user_version = 2"))
			return path
		}, []string{"schema is version 2", "knows version 1", "newer"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := store.Open(t.Context(), "sqlite:"+test.path(t))
			for _, want := range append(test.want, "open store", "sqlite:FILE") {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

func written(data []byte) func(t *testing.T) string {
	return func(t *testing.T) string {
		path := filepath.Join(t.TempDir(), "a.db")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		return path
	}
}

func TestDamageIsFoundWhenItIsRead(t *testing.T) {
	path := made(t, 200)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	for page := int64(8); page < 180; page++ {
		_, err := f.WriteAt([]byte(strings.Repeat("\xaa", 4096)), page*4096)
		require.NoError(t, err)
	}
	require.NoError(t, f.Close())
	db, err := Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	var found error
	for i := range 200 {
		if _, err := db.Get(t.Context(), put(i, "").Key); err != nil {
			found = err
		}
	}
	require.ErrorContains(t, found, "damaged: restore a backup")
	require.ErrorContains(t, found, path)
}

func TestManyMayMakeTheFileAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			db, err := Open(t.Context(), path)
			if err == nil {
				err = errors.Join(db.Commit(t.Context(), put(i, "")), db.Close())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	require.EqualValues(t, 8, count(t, look(t, path), "profiles"))
}

func TestAFullDiskLosesNothingAndPasses(t *testing.T) {
	path := made(t, 10)
	w := resting(t, path, time.Now)
	require.NoError(t, w.c.exec("PRAGMA max_page_count = 60"))
	last := 0
	var err error
	for err == nil {
		last++
		err = commitAlone(w, put(last, strings.Repeat("y", 3000)), put(-last, ""))
	}
	require.ErrorContains(t, explained(path, err), "no room left for "+path)
	require.EqualValues(t, last-1, count(t, w.c, `profiles WHERE data LIKE '%y%'`))
	require.EqualValues(t, last-1, count(t, w.c, `profiles WHERE id < '0'`))
	require.NoError(t, commitAlone(w, put(1, "")), "what needs no room goes on")
	require.NoError(t, w.c.exec("PRAGMA max_page_count = 100000"))
	require.NoError(t, commitAlone(w, put(last, "")))
}

// resting is a writer that does only what it is told.
func resting(t *testing.T, path string, now func() time.Time) *writer {
	c, err := openWriter(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.close()) })
	return &writer{db: &DB{path: path, now: now, slot: slotOf}, c: c, log: log{c: c, full: logPages}}
}

func commitAlone(w *writer, writes ...store.Write) error {
	w.group = []*request{{writes: writes}}
	w.commit(w.c.do("BEGIN IMMEDIATE"))
	return w.group[0].err
}

func TestClosedFileStandsAlone(t *testing.T) {
	path := made(t, 10)
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	require.Equal(t, []string{path}, files, "no log is left beside it")
}
