package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"redthread.dev/infra/local/lock"
)

// props are the files and folders that a demo leaves, by the beginning of their name.
var props = []string{"keys", "lock", "outbox", "queue", "redthread.db"}

// stage clears the demo's folder of the last one, and of nothing else: it may be
// somebody's folder of another demo. Then it puts the key there that customers' ids
// are made with, so that the same seed also puts the same people into control groups.
func (d *show) stage(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("demo: %w", err)
	}
	for _, e := range entries {
		if !slices.ContainsFunc(props, func(p string) bool { return strings.HasPrefix(e.Name(), p) }) {
			return fmt.Errorf("demo: %s holds %s, which is none of a demo's files; it makes that folder anew each time: choose another with -data", dir, e.Name())
		}
	}
	held, err := lock.Take(dir)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer held.Close()
	for _, e := range entries {
		if e.Name() == "lock" {
			continue // it is held
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("demo: clear its data: %w", err)
		}
	}
	key := fmt.Sprintf("IDENTITY_KEY=%x\n", sha256.Sum256(fmt.Appendf(nil, "demo %d", d.seed)))
	if err := os.WriteFile(filepath.Join(dir, "keys"), []byte(key), 0o600); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}
