package audience

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
)

// forget rewrites an audience's file without a customer who asked to be erased.
func (ls *lists) forget(e entry) error {
	l, err := ls.of(e)
	if err != nil {
		return err
	}
	if err := l.forget(e); err != nil {
		return fmt.Errorf("audience %q: forget a customer: %w", e.Audience, err)
	}
	return nil
}

// forget takes out the lines of the customer's actions, and any other that holds a hash
// of theirs. The new file takes the place of the old one at once, so that nobody reads
// half of it; what was forgotten is not written again by who is late.
func (l *list) forget(e entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, action := range append(e.Forget, e.Action) {
		l.done[action] = true
	}
	path, err := l.folder.Path(l.name)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	kept := without(text, e)
	if len(kept) == len(text) {
		return nil
	}
	if err := l.folder.Put(l.name, kept); err != nil {
		return err
	}
	if l.file != nil {
		l.close() //nolint:errcheck // it has been replaced, and all of it was on the disk
	}
	return l.open()
}

// without returns the lines that tell nothing of the customer of an entry.
func without(text []byte, e entry) []byte {
	kept := make([]byte, 0, len(text))
	for line := range bytes.Lines(text) {
		if !e.tells(string(line)) {
			kept = append(kept, line...)
		}
	}
	return kept
}

// tells tells whether a line is about the entry's customer. A hash is as long as no
// other text in a line that is equal to it.
func (e entry) tells(line string) bool {
	action, _, _ := strings.Cut(line, ",")
	return slices.Contains(e.Forget, action) || slices.ContainsFunc(e.Users, func(u user) bool {
		return slices.ContainsFunc([]string{u.Email, u.Phone, u.Digits}, func(hash string) bool {
			return hash != "" && strings.Contains(line, hash)
		})
	})
}
