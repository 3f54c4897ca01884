package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"redthread.dev/shared/store"
)

// forget removes letters for good. One whose event is given up again meanwhile is
// looked at anew: it is the same letter, and was named.
func (l *letters) forget(ctx context.Context, t *terminal, s store.Store, ids []string) error {
	found, docs, err := l.named(ctx, s, ids)
	if err != nil {
		return err
	}
	object := struct {
		Forgotten int      `json:"forgotten"`
		Letters   []string `json:"dead_letters"` // their ids
	}{Letters: []string{}}
	for i, letter := range found {
		if err := remove(ctx, s, docs[i]); err != nil {
			return fmt.Errorf("forget dead letter %q (%d of %d are forgotten): %w", letter.ID, i, len(found), err)
		}
		object.Letters = append(object.Letters, letter.ID)
	}
	object.Forgotten = len(object.Letters)
	return t.report(object, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%d forgotten\n", object.Forgotten)
		return err
	})
}

// remove deletes a document as it is now.
func remove(ctx context.Context, s store.Store, doc store.Document) error {
	for {
		err := s.Commit(ctx, store.Write{Key: doc.Key, Version: doc.Version})
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		docs, err := s.Get(ctx, doc.Key)
		if err != nil {
			return err
		}
		if doc = docs[0]; !doc.Exists() {
			return nil // somebody else has removed it
		}
	}
}
