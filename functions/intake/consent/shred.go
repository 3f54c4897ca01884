package consent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// shred removes the files that channels without a provider have written for the
// customer's actions: they are named by the action or the ticket. A ticket or a lead whose name
// was never marked, since its channel was killed on the way, says itself whose it is. There
// is nothing to shred where channels have providers. What audiences' files say of the
// customer goes when they leave them.
func (c *clerk) shred(ids []string, deeds []deed) error {
	if c.outbox == "" {
		return nil
	}
	theirs := map[string]bool{}
	for _, d := range deeds {
		theirs[d.ID] = true
		if d.Reference != "" {
			theirs[d.Reference] = true
		}
	}
	err := filepath.WalkDir(c.outbox, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return gone(err)
		}
		name, _, _ := strings.Cut(entry.Name(), ".")
		mine := theirs[name]
		if !mine && strings.HasSuffix(path, ".json") {
			mine, err = belongs(path, ids)
		}
		if mine {
			err = os.Remove(path)
		}
		return gone(err)
	})
	if err != nil {
		return fmt.Errorf("shred files of the outbox: %w", err)
	}
	return nil
}

// gone is no error when something is not there, which is all that was wanted.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// belongs tells whether a file is about one of the profiles. One that cannot be read as a
// ticket is none of ours.
func belongs(path string, ids []string) (bool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return false, err
	}
	var ticket struct {
		Profile string `json:"profile"`
	}
	return json.Unmarshal(text, &ticket) == nil && slices.Contains(ids, ticket.Profile), nil
}
