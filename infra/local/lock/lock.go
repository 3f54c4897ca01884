// Package lock keeps a second process off a data folder, and tells it where the
// first one listens.
package lock

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// ErrHeld says that another process works in the folder.
var ErrHeld = errors.New("another redthread is at work there")

// Lock holds a data folder.
type Lock struct{ file *os.File }

// name is the lock's file within the folder. It stays when the lock is let go.
const name = "lock"

// Take takes a folder, which it makes if need be. When another process has it the
// error is ErrHeld, with its address if it serves.
func Take(dir string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder %s: %w", dir, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder %s: %w", dir, err)
	}
	if err := hold(f); err != nil {
		defer f.Close()
		if errors.Is(err, ErrHeld) {
			return nil, held(dir, f)
		}
		return nil, fmt.Errorf("data folder %s: lock: %w", dir, err)
	}
	return &Lock{f}, f.Truncate(0)
}

func held(dir string, f *os.File) error {
	if addr := read(f); addr != "" {
		return fmt.Errorf("data folder %s: %w, serving http://%s; stop it, or choose another folder with -data", dir, ErrHeld, addr)
	}
	return fmt.Errorf("data folder %s: %w; stop it, or choose another folder with -data", dir, ErrHeld)
}

// Serving writes down the address at which the holder can be reached.
func (l *Lock) Serving(addr string) error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(addr+"\n"), 0)
	return err
}

// Close lets go of the folder.
func (l *Lock) Close() error {
	l.file.Truncate(0) //nolint:errcheck // an address that is too old does no harm: nobody answers there
	return l.file.Close()
}

// Holder returns the address of the process that holds the folder; empty: nobody
// does, or it does not serve.
func Holder(dir string) string {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	defer f.Close()
	return read(f)
}

func read(f *os.File) string {
	text, err := io.ReadAll(io.NewSectionReader(f, 0, 300))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
