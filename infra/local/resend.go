package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"redthread.dev/functions/intake/deadletter"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/store"
)

// resent is what became of one dead letter.
type resent struct {
	ID string `json:"id"`
	answer
}

func (l *letters) resend(ctx context.Context, t *terminal, s store.Store, ids []string) error {
	found, docs, err := l.named(ctx, s, ids)
	if err != nil {
		return err
	}
	to, err := l.sink(t)
	if err != nil {
		return err
	}
	all := []resent{}
	taken := 0
	for i, letter := range found {
		r := resent{ID: letter.ID}
		if r.answer, err = post(ctx, to, letter); err != nil {
			return err
		}
		if r.taken() {
			taken++
			if err := drop(ctx, s, docs[i]); err != nil {
				return err
			}
		}
		all = append(all, r)
	}
	object := struct {
		Resent  int      `json:"resent"`
		Refused int      `json:"refused"`
		Letters []resent `json:"dead_letters"`
	}{taken, len(all) - taken, all}
	if err := t.report(object, func(w io.Writer) error {
		for _, r := range all {
			fmt.Fprintf(w, "%d %s %s\n", r.Status, r.ID, r.Reason)
		}
		_, err := fmt.Fprintf(w, "%d sent again, %d refused\n", taken, len(all)-taken)
		return err
	}); err != nil {
		return err
	}
	if taken < len(all) {
		return fmt.Errorf("%d of %d dead letters could not be sent again", len(all)-taken, len(all))
	}
	return nil
}

// sink is where letters are sent again: the broker at -to, or our own server.
func (l *letters) sink(t *terminal) (to *sink, err error) {
	if l.to != "" {
		return at(l.to), nil
	}
	to = t.server()
	to.key, err = t.insideKey()
	return to, err
}

// insideKey is what a server lets dead letters in with, past its guard against events
// that pretend to be redthread's own.
func (t *terminal) insideKey() (string, error) {
	keys, err := suite.Keys(t.data)
	if err == nil && keys[suite.InsideKey] == "" {
		err = fmt.Errorf("there is no %s in %s, with which the server takes dead letters; name the server's folder with -data", suite.InsideKey, filepath.Join(t.data, "keys"))
	}
	return keys[suite.InsideKey], err
}

// named are the letters that the ids name, or all that -all and -function do.
func (l *letters) named(ctx context.Context, s store.Store, ids []string) ([]deadletter.Letter, []store.Document, error) {
	if l.all {
		return l.newest(ctx, s, 0)
	}
	keys := make([]store.Key, len(ids))
	for i, id := range ids {
		keys[i] = deadletter.Key(id)
	}
	docs, err := s.Get(ctx, keys...)
	if err != nil {
		return nil, nil, err
	}
	found := make([]deadletter.Letter, len(docs))
	for i, doc := range docs {
		if found[i], err = deadletter.Read(doc); err != nil {
			return nil, nil, err
		}
	}
	return found, docs, nil
}

func post(ctx context.Context, to *sink, letter deadletter.Letter) (answer, error) {
	e, err := letter.Decoded()
	if err != nil {
		return answer{Reason: err.Error()}, nil
	}
	body, err := json.Marshal(e)
	if err != nil {
		return answer{}, fmt.Errorf("dead letter %q: %w", letter.ID, err)
	}
	return to.post(ctx, "application/cloudevents+json", body)
}

// drop deletes a letter, unless its event was given up again meanwhile.
func drop(ctx context.Context, s store.Store, doc store.Document) error {
	err := s.Commit(ctx, store.Write{Key: doc.Key, Version: doc.Version})
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}
