package suite

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// InsideKey is the key of the data folder that opens the ingress for events with the
// attributes that only redthread sets: for dead letters that are sent again.
const InsideKey = "INSIDE_KEY"

// secrets are the keys that functions and the ingress need and nobody has to choose on
// one machine.
var secrets = []string{"IDENTITY_KEY", "LINK_KEY", InsideKey}

// Keys returns the keys kept in a data folder, one NAME=value a line. Without the
// first the customers in the store cannot be found again, without the second old
// links lead nowhere: the file belongs to the store.
func Keys(dir string) (map[string]string, error) {
	path := filepath.Join(dir, "keys")
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	keys := map[string]string{}
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if line == "" {
			continue
		}
		if !ok || value == "" || !slices.Contains(secrets, name) {
			return nil, fmt.Errorf("read keys: %s: line %d: expected one of %s, = and its value", path, i+1, strings.Join(secrets, ", "))
		}
		keys[name] = value
	}
	return keys, nil
}

// keysIn is Keys, and makes those that are missing.
func keysIn(dir string) (map[string]string, error) {
	keys, err := Keys(dir)
	if err != nil || len(keys) == len(secrets) {
		return keys, err
	}
	for _, name := range secrets {
		if keys[name] == "" {
			random := make([]byte, 32)
			rand.Read(random) //nolint:errcheck // it never fails
			keys[name] = hex.EncodeToString(random)
		}
	}
	return keys, write(filepath.Join(dir, "keys"), keys)
}

// write replaces the file as a whole, so that a crash leaves the old or the new one.
func write(path string, keys map[string]string) error {
	var text strings.Builder
	for _, name := range secrets {
		fmt.Fprintf(&text, "%s=%s\n", name, keys[name])
	}
	if err := os.WriteFile(path+".new", []byte(text.String()), 0o600); err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	return nil
}
