package main

import (
	"context"
	"iter"
	"strings"
	"sync"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/firestore"
	"redthread.dev/tests/wire"
)

// fire counts documents as they pass on the wire: one read for each that is asked for by
// name, there or not, and for each that a query finds, one at least a query; one write or
// delete for each that a commit names.
// https://firebase.google.com/docs/firestore/pricing
type fire struct {
	meter *meter
	clerk *clerk

	mu   sync.Mutex
	held map[string]paper // by name
	shelves
}

// paper is a document that is held.
type paper struct {
	bytes            int // its entries in indexes included
	indexed, expires bool
}

func (f *fire) wrap(name string, env *function.Env) {
	env.Store = &named{env.Store, f, name}
}

// named is a function's store, whose requests name the function.
type named struct {
	store.Store
	fire *fire
	name string
}

func (n *named) from(ctx context.Context) context.Context {
	return wire.From(ctx, causeOf(ctx, n.name).text())
}

// Get implements store.Store.
func (n *named) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	docs, err := n.Store.Get(n.from(ctx), keys...)
	n.fire.clerk.heed(err)
	return docs, err
}

// Query implements store.Store.
func (n *named) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	return n.Store.Query(n.from(ctx), q)
}

// Commit implements store.Store.
func (n *named) Commit(ctx context.Context, writes ...store.Write) error {
	if err := n.Store.Commit(n.from(ctx), writes...); err != nil {
		n.fire.clerk.heed(err)
		return err
	}
	return n.fire.clerk.note(writes)
}

// see is told of a request. Those of nobody are this program's own.
func (f *fire) see(r wire.Request) {
	function, kind, ok := strings.Cut(r.From, " ")
	if !ok {
		return
	}
	c, u := cause{function, kind}, use{}
	switch r.Operation {
	case "BatchGetDocuments":
		u.Reads = float64(r.Asked)
	case "RunQuery":
		u.Reads = float64(max(1, r.Found))
		if r.Found == 0 && function == "timers" {
			c.Type = looking
		}
	}
	for _, w := range r.Writes {
		if w.GetDelete() != "" {
			u.Deletes++
		} else {
			u.Writes++
		}
	}
	f.keep(r.Writes)
	f.meter.add(c, u, 0)
}

func (f *fire) keep(writes []*pb.Write) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range writes {
		if d := w.GetUpdate(); d != nil {
			f.held[d.Name] = paperOf(d)
			f.shelves.wrote(shelfOf(collectionOf(d.Name), d.Fields["part"] != nil), 1, 0, 0)
		}
		delete(f.held, w.GetDelete())
	}
}

// collectionOf is the last but one part of a document's name.
func collectionOf(name string) string {
	parts := strings.Split(name, "/")
	return parts[max(0, len(parts)-2)]
}

// stored are the documents that are held, as bytes with the indexes.
func (f *fire) stored() shelves {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name, p := range f.held {
		f.shelves.holds(shelfOf(collectionOf(name), p.indexed), p.bytes, p.expires)
	}
	return f.shelves
}

// paperOf is a document with its entries in the indexes.
func paperOf(d *pb.Document) paper {
	bytes, entries := firestore.SizeOf(d)
	return paper{bytes: bytes + entries, indexed: entries > 0, expires: d.GetFields()["expires"] != nil}
}
