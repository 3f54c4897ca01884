package consent

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/words"
)

// exports is the collection of what is handed out to customers, in chunks. Its index
// is by profile id; all chunks of one export stand together, in order.
const exports = "exports"

// keepExport is how long an export, and the link to it, is there.
const keepExport = 7 * 24 * time.Hour

// toExport is what links to exports are signed for.
const toExport = "export"

// export writes down all that is held about a customer, and answers with a link to it.
func (c *clerk) export(cause string, asked *events.ExportRequested) task {
	key := receiptKey(ofExport, cause)
	return func(ctx context.Context, id string) (*events.Event, error) {
		k, docs, err := c.customer(ctx, id, key)
		if err != nil {
			return nil, err
		}
		r, err := readReceipt(ofExport, docs[0])
		switch {
		case err != nil:
			return nil, function.Never(err)
		case r.done():
			return c.exported(docs[0].Entry.Partition, r) // whoever they have become since
		case k.gone():
			return nil, nil // erased, and so is whatever could be handed out
		}
		x := &export{clerk: c, cause: cause, replyTo: c.replyTo(k, asked), holdings: &holdings{customer: k}, receipt: r, now: c.env.Now().UTC()}
		if err := x.run(ctx); err != nil {
			return nil, err
		}
		return c.exported(k.profile.ID, x.receipt)
	}
}

// exported is the event that says that an export is there, and where. It is the same
// however often it is asked for.
func (c *clerk) exported(profileID string, r receipt) (*events.Event, error) {
	return reply(profileID, r.ID, r.At, events.ExportCompleted{ReceiptID: r.ID, Collections: r.Collections, Location: r.Location})
}

// export is one being written.
type export struct {
	*holdings
	clerk   *clerk
	cause   string // the request
	replyTo string // address that was asked to be used; empty: the customer's own
	receipt receipt
	now     time.Time
	head    int64 // version of the export's first document
	chunk   chunk
	full    []store.Write // chunks to be committed
	size    int           // bytes of them
}

// run writes the chunks, and the receipt when all are there.
//
// An erasure may come between. It changes the customer, or it takes the export's first
// document away, and either makes the next commit conflict: nothing is written about
// somebody who was erased.
func (x *export) run(ctx context.Context) error {
	x.receipt.Try = uuid.NewString()
	if err := x.open(ctx); err != nil {
		return err
	}
	h, err := x.clerk.holdings(ctx, x.customer)
	if err != nil {
		return err
	}
	x.holdings = h
	if err := x.write(ctx); err != nil {
		return err
	}
	return x.close(ctx)
}

// open creates the first document, and sees that the customer is still who they were.
func (x *export) open(ctx context.Context) error {
	p, err := profile.Write(x.profile, x.customer.version.profile)
	if err != nil {
		return function.Never(err)
	}
	if err := x.clerk.env.Store.Commit(ctx, p, x.first(0)); err != nil {
		return fmt.Errorf("begin export: %w", err)
	}
	return x.reread(ctx)
}

// first is the write of the export's first document, which says how far it has come.
func (x *export) first(version int64) store.Write {
	data := fmt.Appendf(nil, `{"receipt":%q,"chunks":%d}`, x.receipt.ID, x.receipt.Chunks)
	return x.place(0, version, data)
}

// place is the write of the n-th document.
func (x *export) place(n int, version int64, data []byte) store.Write {
	id := fmt.Sprintf("%s.%s.%06d", x.receipt.ID, x.receipt.Try, n)
	return store.Write{Key: store.Key{Collection: exports, ID: id}, Version: version, Data: data,
		Entry: store.Entry{Partition: x.profile.ID, Sort: id}, Expires: x.now.Add(keepExport)}
}

// reread learns the version of the first document, which a store does not tell when
// it commits.
func (x *export) reread(ctx context.Context) error {
	docs, err := x.clerk.env.Store.Get(ctx, x.place(0, 0, nil).Key)
	if err != nil {
		return fmt.Errorf("read export: %w", err)
	}
	if !docs[0].Exists() {
		return fmt.Errorf("export %q was erased: %w", x.receipt.ID, store.ErrConflict)
	}
	x.head = docs[0].Version
	return nil
}

// write goes through all that is held, part by part.
func (x *export) write(ctx context.Context) error {
	if err := x.add(ctx, partProfile, x.profile); err != nil {
		return err
	}
	if err := x.add(ctx, partThread, x.thread); err != nil {
		return err
	}
	for _, said := range x.profile.Consents {
		if err := x.add(ctx, partConsents, said); err != nil {
			return err
		}
	}
	for _, d := range x.deeds {
		if err := x.add(ctx, partActions, d.Action); err != nil {
			return err
		}
	}
	each := func(d store.Document) error { return x.append(ctx, partJournal, d.Data) }
	if err := x.clerk.readRest(ctx, x.holdings, nil, each); err != nil {
		return err
	}
	for _, i := range x.identities {
		if !i.mine {
			continue
		}
		if err := x.add(ctx, partIdentities, map[string]string{"type": profile.TypeOf(i.Key.ID)}); err != nil {
			return err
		}
	}
	for _, d := range x.letters {
		if err := x.append(ctx, partLetters, d.Data); err != nil {
			return err
		}
	}
	for _, r := range x.receipts {
		if err := x.add(ctx, partReceipts, r); err != nil {
			return err
		}
	}
	x.seal()
	return nil
}

func (x *export) add(ctx context.Context, part string, item any) error {
	data, err := json.Marshal(item)
	if err != nil {
		return function.Never(fmt.Errorf("export %s: %w", part, err))
	}
	return x.append(ctx, part, data)
}

// append adds an item to the chunk, and begins another one when it is full.
func (x *export) append(ctx context.Context, part string, item []byte) error {
	if !x.chunk.takes(part, item) {
		x.seal()
	}
	if x.size > together {
		if err := x.flush(ctx); err != nil {
			return err
		}
	}
	x.receipt.Collections[part]++
	x.chunk.add(part, item)
	return nil
}

// together is how much is committed at a time, in bytes.
const together = 2 << 20

// seal ends the chunk.
func (x *export) seal() {
	if x.chunk.empty() {
		return
	}
	data := x.chunk.close()
	x.receipt.Chunks++
	x.full, x.size = append(x.full, x.place(x.receipt.Chunks, 0, data)), x.size+len(data)
}

// flush commits the chunks that are full.
func (x *export) flush(ctx context.Context) error {
	if err := x.clerk.env.Store.Commit(ctx, append(x.full, x.first(x.head))...); err != nil {
		return fmt.Errorf("export up to chunk %d: %w", x.receipt.Chunks, err)
	}
	x.full, x.size = nil, 0
	return x.reread(ctx)
}

// close commits the last chunks, the receipt and the mail to the customer: from now on
// the export is there.
func (x *export) close(ctx context.Context) error {
	x.receipt.At = x.now
	link := words.Claims{Profile: x.profile.ID, Action: x.receipt.ID}
	x.receipt.Location = x.clerk.links.Sign("export", toExport, link, x.now.Add(keepExport))
	mail, err := x.mail(ctx)
	if err != nil {
		return err
	}
	r, err := x.receipt.write(x.profile.ID, 0)
	if err != nil {
		return function.Never(err)
	}
	if err := x.clerk.env.Store.Commit(ctx, append(append(x.full, mail...), r, x.first(x.head))...); err != nil {
		return fmt.Errorf("finish export: %w", err)
	}
	return nil
}

// The parts of an export, as they are called in it.
const (
	partProfile    = "profile"
	partThread     = "thread"
	partConsents   = "consents"
	partActions    = "actions"
	partJournal    = "journal"
	partIdentities = "identities"
	partLetters    = "deadletters"
	partReceipts   = "receipts"
)

// single tells the parts of which there is one.
func single(part string) bool { return slices.Contains([]string{partProfile, partThread}, part) }
