package consent

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// shred removes the files that channels without a provider have written for the
// customer's actions: they are named by the action or the ticket. There is nothing to
// shred where channels have providers.
func (c *clerk) shred(deeds []deed) error {
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
			return err
		}
		if name, _, _ := strings.Cut(entry.Name(), "."); theirs[name] {
			return os.Remove(path)
		}
		return nil
	})
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("shred files of the outbox: %w", err)
	}
	return nil
}
