package consent

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/thread"
)

// owner returns the profile that an identifier leads to; empty: none.
func (s *shop) owner(idType, value string) string {
	docs, err := s.raw.Get(s.Context(), s.clerk.rules.IdentityKey(profile.NameOf(idType, value)))
	require.NoError(s, err)
	i, err := profile.ReadIdentity(docs[0])
	require.NoError(s, err)
	if i.Profile == "" {
		return ""
	}
	k, _, err := (&clerk{env: s.env(s.raw)}).customer(s.Context(), i.Profile)
	require.NoError(s, err)
	return k.profile.ID
}

func (s *shop) profile(id string) profile.Profile {
	docs, err := s.raw.Get(s.Context(), profile.Key(id))
	require.NoError(s, err)
	p, err := profile.Read(docs[0])
	require.NoError(s, err)
	return p
}

func (s *shop) action(id string) action.Action {
	docs, err := s.raw.Get(s.Context(), action.Key(id))
	require.NoError(s, err)
	a, err := action.Read(docs[0])
	require.NoError(s, err)
	return a
}

// keep writes actions and threads, as a flow has decided on them.
func (s *shop) keep(things ...any) {
	s.Helper()
	for _, x := range things {
		var w store.Write
		var err error
		switch x := x.(type) {
		case action.Action:
			w, err = action.Write(x, store.Unchecked)
		case thread.Thread:
			w, err = thread.Write(x, store.Unchecked)
		default:
			s.Fatalf("keep %T", x)
		}
		require.NoError(s, err)
		require.NoError(s, s.raw.Commit(s.Context(), w))
	}
}

// ledger is a store that knows which collections it has.
type ledger struct {
	*memory.Store
	mu          sync.Mutex
	collections map[string]bool
}

func (l *ledger) Commit(ctx context.Context, writes ...store.Write) error {
	l.mu.Lock()
	for _, w := range writes {
		l.collections[w.Key.Collection] = true
	}
	l.mu.Unlock()
	return l.Store.Commit(ctx, writes...)
}

// everything is all documents of the store, and their places in the index.
func (s *shop) everything() map[string]string {
	all := map[string]string{}
	for c := range s.raw.collections {
		for d, err := range s.raw.Query(s.Context(), store.Query{Collection: c}) {
			require.NoError(s, err)
			entry, err := json.Marshal(d.Entry)
			require.NoError(s, err)
			all[d.Key.String()] = string(d.Data) + " " + string(entry)
		}
	}
	return all
}

// requireNoTrace requires that none of the texts is anywhere: not in the store, and not
// in the outbox.
func (s *shop) requireNoTrace(texts ...string) {
	s.Helper()
	for key, text := range s.everything() {
		for _, needle := range texts {
			if i := strings.Index(strings.ToLower(key+" "+text), strings.ToLower(needle)); i >= 0 {
				require.Fail(s, "a trace is left", "%s tells of %q: %.200s", key, needle, (key + " " + text)[max(0, i-80):])
			}
		}
	}
	for _, file := range s.outbox() {
		text, err := os.ReadFile(file)
		require.NoError(s, err)
		for _, needle := range texts {
			require.NotContains(s, strings.ToLower(file+" "+string(text)), strings.ToLower(needle))
		}
	}
}

func (s *shop) outbox() []string {
	var files []string
	require.NoError(s, filepath.WalkDir(s.settings["OUTBOX"], func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	}))
	return files
}

// counts tells how many documents there are, by collection.
func (s *shop) counts() map[string]int {
	n := map[string]int{}
	for key := range s.everything() {
		c, _, _ := strings.Cut(key, "/")
		n[c]++
	}
	return n
}
