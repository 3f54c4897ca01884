package imports

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// OpenPath opens a file, or a folder that holds one Snowplow events file and the
// tables of its contexts. An empty format is guessed. The caller closes the Reader.
func OpenPath(path, format string, o Options) (*Reader, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	if info.IsDir() {
		if path, err = eventsIn(path); err != nil {
			return nil, fmt.Errorf("import: %w", err)
		}
		if info, err = os.Stat(path); err != nil {
			return nil, fmt.Errorf("import: %w", err)
		}
	}
	if o.Contexts == nil {
		o.Contexts = os.DirFS(filepath.Dir(path))
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	r, err := Open(format, file, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), file.Close())
	}
	r.closer, r.size = file, info.Size()
	return r, nil
}

// eventsIn finds the events among the tables of a Snowplow export: the tables are
// named after their vendor, com_….
func eventsIn(dir string) (string, error) {
	var found []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		name := e.Name()
		if !e.IsDir() && strings.Contains(name, "events") && !strings.HasPrefix(name, "com_") && isCSV(name) {
			found = append(found, name)
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("folder %s: expected one csv file with events in its name, found %d %v", dir, len(found), found)
	}
	return filepath.Join(dir, found[0]), nil
}

func isCSV(name string) bool { return strings.HasSuffix(strings.TrimSuffix(name, ".gz"), ".csv") }

// openTable opens name.csv or name.csv.gz of a folder; fs.ErrNotExist when it has neither.
func openTable(dir fs.FS, name string) (fs.File, error) {
	file, err := dir.Open(name + ".csv")
	if errors.Is(err, fs.ErrNotExist) {
		return dir.Open(name + ".csv.gz")
	}
	return file, err
}
