package replay

import (
	"context"
	"errors"
	"iter"
	"sync"

	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// How far is read ahead: batches of so many documents, and so many batches.
const (
	batchSize = 256
	batches   = 4
)

// divisible is a store of which several can read a collection at once, each a share.
type divisible interface {
	Shares(ctx context.Context, collection string, n int) []iter.Seq2[store.Document, error]
}

// shares are the shares of the journal that are read side by side.
func (j *Journal) shares(ctx context.Context) []iter.Seq2[store.Document, error] {
	if s, ok := j.Store.(divisible); ok {
		return s.Shares(ctx, profile.Journal, j.Workers)
	}
	return []iter.Seq2[store.Document, error]{j.Store.Query(ctx, store.Query{Collection: profile.Journal})}
}

// entry is a document of the journal, and whose it is: of nobody, or of somebody erased,
// if that is empty.
type entry struct {
	document
	profile string
}

// ahead reads each share on a goroutine of its own, some ahead of who ranges over them.
// There, where a document has just been read, it is looked at.
func ahead(shares []iter.Seq2[store.Document, error], rules profile.Rules) iter.Seq2[*entry, error] {
	return func(yield func(*entry, error) bool) {
		failed := make([]error, len(shares))
		read, done := make(chan []entry, batches), make(chan struct{})
		var readers sync.WaitGroup
		for i, share := range shares {
			readers.Go(func() { failed[i] = inBatches(share, NewReader(rules), read, done) })
		}
		go func() {
			readers.Wait()
			close(read)
		}()
		defer func() {
			close(done)
			for range read { // until they have stopped
			}
		}()
		for batch := range read {
			for i := range batch {
				if !yield(&batch[i], nil) {
					return
				}
			}
		}
		if err := errors.Join(failed...); err != nil {
			yield(nil, err)
		}
	}
}

// inBatches sends what it reads, until there is no more or done is closed.
func inBatches(share iter.Seq2[store.Document, error], look *Reader, to chan<- []entry, done <-chan struct{}) error {
	batch := make([]entry, 0, batchSize)
	send := func() bool {
		select {
		case to <- batch:
			batch = make([]entry, 0, batchSize)
			return true
		case <-done:
			return false
		}
	}
	for d, err := range share {
		if err != nil {
			send()
			return err
		}
		if batch = append(batch, entry{look.documentOf(&d), d.Entry.Partition}); len(batch) == batchSize && !send() {
			return nil
		}
	}
	send()
	return nil
}
