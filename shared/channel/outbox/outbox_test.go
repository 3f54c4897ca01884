package outbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileIsThereWholeOrNotAtAll(t *testing.T) {
	f, err := Open(filepath.Join(t.TempDir(), "a", "b"))
	require.NoError(t, err)
	there, err := f.Has("x.eml")
	require.NoError(t, err)
	require.False(t, there)

	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for range 20 {
				require.NoError(t, f.Put("x.eml", []byte(strings.Repeat(fmt.Sprint(i), 50_000))))
			}
		})
	}
	path, err := f.Path("x.eml")
	require.NoError(t, err)
	for range 200 {
		if got, err := os.ReadFile(path); err == nil {
			require.Equal(t, strings.Repeat(string(got[:1]), 50_000), string(got))
		}
	}
	writers.Wait()
	require.Equal(t, []string{".begun/", "x.eml"}, within(t, string(f)), "nothing temporary stays")
	there, err = f.Has("x.eml")
	require.NoError(t, err)
	require.True(t, there)
}

func TestNoNameLeadsOutOfTheFolder(t *testing.T) {
	f, err := Open(t.TempDir())
	require.NoError(t, err)
	for _, name := range []string{"", ".", "..", "../x", "a/b", `a\b`, ".hidden", "a\x00b", "a b", "æ", strings.Repeat("a", 201)} {
		require.ErrorContains(t, f.Put(name, nil), "is no name of a file", "%q", name)
		_, err := f.Has(name)
		require.Error(t, err)
	}
}

func TestAFolderThatCannotBeWrittenIsFoundAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := Open(filepath.Join(file, "outbox"))
	require.ErrorContains(t, err, "expected a folder that can be written to")
}

func TestWhatAKilledProcessLeftHalfWrittenIsClearedAway(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(dir)
	require.NoError(t, err)
	require.NoError(t, f.Put("x.eml", []byte("whole")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, begun, "put-123"), []byte("To: mette@exa"), 0o600))
	require.Equal(t, []string{".begun/", ".begun/put-123", "x.eml"}, within(t, dir))
	_, err = Open(dir)
	require.NoError(t, err)
	require.Equal(t, []string{".begun/", "x.eml"}, within(t, dir))
}

// within lists what is in a folder and in the folders in it.
func within(t *testing.T, dir string) (names []string) {
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if name := strings.TrimPrefix(path, dir+"/"); name != dir {
			if d.IsDir() {
				name += "/"
			}
			names = append(names, name)
		}
		return err
	}))
	return names
}
