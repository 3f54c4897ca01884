// Package recordings finds what tests are held against: recordings of real shops, published
// figures and test kits in the folder shared/data beside the repository. None of them is part
// of the project; a test that needs one is skipped where it is not there.
package recordings

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Path is where a file or folder of the recordings is. Without it the test is skipped, and
// says what was not checked: so many cases of something.
func Path(t testing.TB, name, cases string) string {
	t.Helper()
	path := filepath.Join(root(t), "..", "shared", "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		t.Skipf("skipped %s: ../shared/data/%s is not beside the repository", cases, name)
	}
	return path
}

// root is the repository's folder.
func root(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	require.NoError(t, err)
	for ; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		require.NotEqual(t, folder, filepath.Dir(folder), "no go.mod in any folder above")
	}
}

// Open opens a file of the recordings until the test ends, and unpacks it if its name ends
// in .gz.
func Open(t testing.TB, name, cases string) io.Reader {
	t.Helper()
	file, err := os.Open(Path(t, name, cases))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })
	if !strings.HasSuffix(name, ".gz") {
		return file
	}
	text, err := gzip.NewReader(file)
	require.NoError(t, err)
	return text
}

// Table is a file of comma-separated values, without its header: the columns that are named,
// or all of them.
func Table(t testing.TB, name, cases string, columns ...string) [][]string {
	t.Helper()
	values := csv.NewReader(Open(t, name, cases))
	values.TrimLeadingSpace = true
	rows, err := values.ReadAll()
	require.NoError(t, err)
	require.NotEmpty(t, rows, name)
	if len(columns) == 0 {
		return rows[1:]
	}
	var at []int
	for _, c := range columns {
		i := slices.IndexFunc(rows[0], func(header string) bool { return strings.TrimSpace(header) == c })
		require.GreaterOrEqual(t, i, 0, "%s has no column %s but %v", name, c, rows[0])
		at = append(at, i)
	}
	picked := make([][]string, 0, len(rows))
	for _, row := range rows[1:] {
		var cells []string
		for _, i := range at {
			cells = append(cells, row[i])
		}
		picked = append(picked, cells)
	}
	return picked
}
