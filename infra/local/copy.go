package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"redthread.dev/functions"
	"redthread.dev/shared/store"
)

// copyBytes is how much one commit carries at most: Amazon takes 4 MB, Google 10 MiB.
const copyBytes = 2 << 20

type copier struct {
	to   string
	onto bool
	done copied
}

// copied is what a copy has done.
type copied struct {
	Documents   int64            `json:"documents"`
	Collections map[string]int64 `json:"collections"`
}

func copying() *command {
	c := &copier{}
	return &command{
		name: "copy", summary: "copy all documents of a store into another: a backup, its restore, or a move",
		about: `Copies every document of the store at -store into the one at -to, of whatever kind
the two are: into a file of SQLite for a backup, back out of it for a restore, or from
one cloud to another.

The store at -to must be empty; with -onto documents that are there are replaced, and
a copy that was broken off goes on from the start. What is only there stays. Events that
are handled meanwhile may be copied in part: for a copy of one moment stop the suite,
or use what the store itself has (pg_dump; point-in-time recovery of DynamoDB and
Firestore).

Identifiers are found again only with the same IDENTITY_KEY: keep it with the copy, and
both as safe as the store. Who was erased after a backup is in it again when it is
restored: have them erased again, and keep backups no longer than you must.`,
		examples: []string{"copy -to sqlite:backup.db", "copy -store sqlite:backup.db -to sqlite:restored.db"},
		flags: func(f *flag.FlagSet) {
			f.StringVar(&c.to, "to", "", "`URL` of the store that the documents go to")
			f.BoolVar(&c.onto, "onto", false, "replace documents that are there")
		},
		run: c.run,
	}
}

func (c *copier) run(ctx context.Context, t *terminal, args []string) (err error) {
	switch {
	case len(args) > 0:
		return misusef("copy: unexpected argument %q", args[0])
	case c.to == "":
		return misusef("copy: expected -to, the URL of the store that the documents go to")
	case c.to == t.storeURL():
		return misusef("copy: -to is the store itself")
	}
	from, err := t.look(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := store.Open(ctx, c.to, store.WithClock(longAgo))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if err := c.empty(ctx, to); err != nil {
		return err
	}
	began, shown := time.Now(), newProgress(t)
	c.done.Collections = map[string]int64{}
	for _, name := range functions.Collections {
		if err := c.collection(ctx, from, to, name, shown); err != nil {
			return fmt.Errorf("copy %s: %w; what was copied until then stays: go on with -onto", name, err)
		}
	}
	shown.end()
	return t.report(c.done, func(out io.Writer) error {
		for _, name := range functions.Collections {
			if n := c.done.Collections[name]; n > 0 {
				fmt.Fprintf(out, "%10d  %s\n", n, name)
			}
		}
		_, err := fmt.Fprintf(out, "%10d  documents copied to %s in %s\n", c.done.Documents, store.Redacted(c.to), time.Since(began).Round(10*time.Millisecond))
		return err
	})
}

// empty returns an error if there is anything that the copy might be mixed with.
func (c *copier) empty(ctx context.Context, to store.Store) error {
	if c.onto {
		return nil
	}
	for _, name := range functions.Collections {
		for doc, err := range to.Query(ctx, store.Query{Collection: name, Limit: 1}) {
			if err != nil {
				return err
			}
			return fmt.Errorf("copy: %s is not empty: it has documents in %s; -onto replaces those of the same key", store.Redacted(c.to), doc.Key.Collection)
		}
	}
	return nil
}

func (c *copier) collection(ctx context.Context, from, to store.Store, name string, shown *progress) error {
	var writes []store.Write
	size := 0
	commit := func() error {
		if len(writes) == 0 {
			return nil
		}
		err := to.Commit(ctx, writes...)
		c.done.Documents += int64(len(writes))
		c.done.Collections[name] += int64(len(writes))
		writes, size = nil, 0
		shown.tell(func() string { return fmt.Sprintf("%d documents, %s", c.done.Documents, name) })
		return err
	}
	for doc, err := range from.Query(ctx, store.Query{Collection: name}) {
		if err != nil {
			return err
		}
		if len(writes) == store.MaxWrites || size+len(doc.Data) > copyBytes {
			if err := commit(); err != nil {
				return err
			}
		}
		// Each may be there without the others: that is cheaper where a transaction costs more.
		writes = append(writes, store.Write{Key: doc.Key, Version: store.Unchecked, Data: doc.Data, Entry: doc.Entry, Expires: doc.Expires, Ahead: true})
		size += len(doc.Data)
	}
	return commit()
}
