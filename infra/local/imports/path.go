package imports

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// OpenPath opens a file, or a folder that holds one csv file, or one of Snowplow's
// events and the tables of its contexts. An empty format is guessed. The caller closes the Reader.
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

// eventsIn finds the one csv file of a folder, or the events among the tables of a
// Snowplow export: those are named after their vendor, com_….
func eventsIn(dir string) (string, error) {
	var tables, found []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !isCSV(name) {
			continue
		}
		tables = append(tables, name)
		if strings.Contains(name, "events") && !strings.HasPrefix(name, "com_") {
			found = append(found, name)
		}
	}
	if len(tables) == 1 {
		found = tables
	}
	if len(found) != 1 {
		return "", fmt.Errorf("folder %s: expected one csv file, or one with events in its name, found %d: %s", dir, len(tables), strings.Join(tables, ", "))
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
