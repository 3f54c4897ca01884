package replay

import (
	"iter"

	"redthread.dev/shared/store"
)

// How far is read ahead: batches of so many documents, and so many batches.
const (
	batchSize = 256
	batches   = 4
)

// ahead reads documents on a goroutine of its own, some ahead of who ranges over them.
func ahead(all iter.Seq2[store.Document, error]) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		var failed error
		read, done := make(chan []store.Document, batches), make(chan struct{})
		go func() {
			defer close(read)
			failed = inBatches(all, read, done)
		}()
		defer func() {
			close(done)
			for range read { // until it has stopped
			}
		}()
		for batch := range read {
			for _, d := range batch {
				if !yield(d, nil) {
					return
				}
			}
		}
		if failed != nil {
			yield(store.Document{}, failed)
		}
	}
}

// inBatches sends what it reads, until there is no more or done is closed.
func inBatches(all iter.Seq2[store.Document, error], to chan<- []store.Document, done <-chan struct{}) error {
	batch := make([]store.Document, 0, batchSize)
	send := func() bool {
		select {
		case to <- batch:
			batch = make([]store.Document, 0, batchSize)
			return true
		case <-done:
			return false
		}
	}
	for d, err := range all {
		if err != nil {
			send()
			return err
		}
		if batch = append(batch, d); len(batch) == batchSize && !send() {
			return nil
		}
	}
	send()
	return nil
}
