package suite

import (
	"context"

	"redthread.dev/shared/profile"
)

// Into returns the profile that a profile is part of now: itself, unless it was merged.
// One that cannot be read is itself, too.
func (s *Suite) Into(id string) string {
	for range 8 {
		docs, err := s.Store.Get(context.Background(), profile.Key(id))
		if err != nil {
			return id
		}
		p, err := profile.Read(docs[0])
		if err != nil || p.MergedInto == "" {
			return id
		}
		id = p.MergedInto
	}
	return id
}
