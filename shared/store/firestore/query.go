package firestore

import (
	"context"
	"fmt"
	"io"
	"iter"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"

	"redthread.dev/shared/store"
)

// A page ends with so many documents, or bytes of them; the first ones are small, as
// many callers want only those and each document read is paid for.
const (
	firstPage = 32
	nextPages = 256
	pageBytes = 1 << 20
)

// Query implements store.Store. Each page is of one moment.
func (s *Store) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	return store.Paged(q, func(q store.Query) store.Walk {
		w := walk{Query: q, size: firstPage}
		return func(most int) ([]store.Document, bool, error) {
			found, err := s.page(ctx, &w, most)
			return found, !w.over, err
		}
	})
}

// walk is a query under way.
type walk struct {
	store.Query
	size int          // of the next page
	last *pb.Document // come to so far
	over bool
}

// page reads the next documents.
func (s *Store) page(ctx context.Context, w *walk, most int) ([]store.Document, error) {
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave() // which also ends the stream of a page that is full of bytes
	if w.over = w.To != "" && w.From >= w.To; w.over {
		return nil, nil
	}
	want := min(w.size, most)
	var read []*pb.Document
	var ended bool
	err = patiently(ctx, func() (err error) {
		read, ended, err = s.stream(ctx, s.request(w, want))
		return err
	})
	if err != nil {
		return nil, s.explained(w, err)
	}
	w.over, w.size = ended && len(read) < want, nextPages
	return s.taken(w, read)
}

// taken makes documents of what was read, without those that have expired.
func (s *Store) taken(w *walk, read []*pb.Document) ([]store.Document, error) {
	now, found := s.now(), make([]store.Document, 0, len(read))
	for _, d := range read {
		w.last = d
		if expired(expiryOf(d), now) {
			continue
		}
		one, err := document(w.Collection, d)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
}

// stream is one try to read a page, and says whether it was read to its end.
func (s *Store) stream(ctx context.Context, request *pb.RunQueryRequest) (read []*pb.Document, ended bool, err error) {
	answers, err := s.client.RunQuery(ctx, request)
	if err != nil {
		return nil, false, err
	}
	for bytes := 0; bytes < pageBytes; {
		answer, err := answers.Recv()
		switch {
		case err == io.EOF:
			return read, true, nil
		case err != nil:
			return nil, false, err
		}
		if d := answer.GetDocument(); d != nil {
			read, bytes = append(read, d), bytes+sizeOfFields(d.GetFields())
		}
	}
	return read, false, nil
}

// explained says how an index is made when one is missing.
func (s *Store) explained(w *walk, err error) error {
	if codeOf(err) != codes.FailedPrecondition {
		return err
	}
	order := "ascending"
	if w.Descending {
		order = "descending"
	}
	return fmt.Errorf("%s: %w; want a composite index of collection %s on part ascending, sort and id %s",
		s.place, err, s.prefix+w.Collection, order)
}
