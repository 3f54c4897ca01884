package collect

import (
	"context"
	"fmt"
	"slices"

	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// desk holds the documents that one turn has read, each as it was read first.
type desk struct {
	store store.Store
	docs  map[store.Key]*store.Document
	known map[string]*profile.Profile // decoded; those that exist
}

func newDesk(s store.Store) *desk {
	return &desk{store: s, docs: map[store.Key]*store.Document{}, known: map[string]*profile.Profile{}}
}

// batch is how many documents are asked for at a time.
const batch = 100

// fetch reads the documents that are not on the desk yet.
func (d *desk) fetch(ctx context.Context, keys ...store.Key) error {
	keys = slices.DeleteFunc(distinct(keys), func(k store.Key) bool {
		_, have := d.docs[k]
		return have
	})
	for some := range slices.Chunk(keys, batch) {
		docs, err := d.store.Get(ctx, some...)
		if err != nil {
			return err
		}
		for i := range docs {
			d.docs[some[i]] = &docs[i]
		}
	}
	return nil
}

// doc returns a document that was fetched; else one that does not exist.
func (d *desk) doc(k store.Key) store.Document {
	if doc := d.docs[k]; doc != nil {
		return *doc
	}
	return store.Document{}
}

// version returns the version a document was read at.
func (d *desk) version(k store.Key) int64 { return d.doc(k).Version }

// profiles fetches profiles, with their threads if asked.
func (d *desk) profiles(ctx context.Context, ids []string, threads bool) error {
	return d.fetch(ctx, profileKeys(ids, threads)...)
}

func profileKeys(ids []string, threads bool) []store.Key {
	var keys []store.Key
	for _, id := range ids {
		keys = append(keys, profile.Key(id))
		if threads {
			keys = append(keys, thread.Key(id))
		}
	}
	return keys
}

// fetchWhile fetches documents, and in the same round trip makes sure that others are
// still what they were when they were read; else it returns store.ErrConflict.
func (d *desk) fetchWhile(ctx context.Context, same []store.Key, keys ...store.Key) error {
	docs, err := d.store.Get(ctx, slices.Concat(keys, same)...)
	if err != nil {
		return err
	}
	for i, k := range keys {
		d.docs[k] = &docs[i]
	}
	for i, k := range same {
		if docs[len(keys)+i].Version != d.version(k) {
			return fmt.Errorf("%s changed while its profile was read: %w", k, store.ErrConflict)
		}
	}
	return nil
}

// onward returns the profiles that fetched ones were merged into and that are not
// fetched yet.
func (d *desk) onward(ids []string) ([]string, error) {
	var next []string
	for _, id := range ids {
		if err := d.decode(id); err != nil {
			return nil, err
		}
		into := d.into(id)
		if _, have := d.docs[profile.Key(into)]; into != "" && !have {
			next = append(next, into)
		}
		if into != "" {
			if err := d.decode(into); err != nil {
				return nil, err
			}
		}
	}
	return distinct(next), nil
}

func (d *desk) decode(id string) error {
	doc := d.doc(profile.Key(id))
	if _, have := d.known[id]; have || !doc.Exists() {
		return nil
	}
	p, err := profile.Decode(doc)
	if err != nil {
		return err
	}
	d.known[id] = p
	return nil
}

// profile returns a profile that was fetched and exists.
func (d *desk) profile(id string) (profile.Profile, bool) {
	if err := d.decode(id); err != nil {
		return profile.Profile{}, false
	}
	if p := d.known[id]; p != nil {
		return *p, true
	}
	return profile.Profile{}, false
}

// target is the profile that an outcome is folded into. Where nothing is merged it is
// the one that was read, which nobody looks at any more, changed in place.
func (d *desk) target(o profile.Outcome) *profile.Profile {
	if err := d.decode(o.Profile); err != nil || d.known[o.Profile] == nil {
		return new(profile.Profile)
	}
	alone := d.known[o.Profile]
	if len(o.Merged) > 0 {
		merged := *alone
		return &merged
	}
	*alone = alone.Mine()
	return alone
}

// into is the profile that a decoded one was merged into; empty: it was not.
func (d *desk) into(id string) string {
	if p := d.known[id]; p != nil {
		return p.MergedInto
	}
	return ""
}

// find follows merges to the profile that id is part of now.
func (d *desk) find(id string) string {
	for range d.known {
		into := d.into(id)
		if into == "" {
			break
		}
		id = into
	}
	return id
}

// thread returns the thread of a profile; an empty one if it has none or it was not
// fetched.
func (d *desk) thread(id string) (thread.Thread, error) {
	doc := d.doc(thread.Key(id))
	doc.Key = thread.Key(id)
	t, err := thread.Read(doc)
	if err != nil {
		return t, fmt.Errorf("collect: %w", err)
	}
	return t, nil
}

func distinct[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool {
		again := seen[x]
		seen[x] = true
		return again
	})
}
