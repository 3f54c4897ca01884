package firestore

import (
	"context"
	"fmt"
	"io"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"redthread.dev/shared/store"
)

// Get implements store.Store. All documents are of one moment.
func (s *Store) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	if err := store.CheckKeys(keys...); err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	defer leave()
	there, err := s.fetch(ctx, keys, nil)
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	now, found := s.now(), make([]store.Document, len(keys))
	for i, k := range keys {
		if d := there[s.name(k)]; d != nil && !expired(expiryOf(d), now) {
			if found[i], err = document(k.Collection, d); err != nil {
				return nil, fmt.Errorf("get: %w", err)
			}
		}
		found[i].Key = k
	}
	return found, nil
}

// fetch reads the documents there are, by name, with all fields or those named.
func (s *Store) fetch(ctx context.Context, keys []store.Key, fields []string) (map[string]*pb.Document, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	request := &pb.BatchGetDocumentsRequest{Database: s.root()}
	if fields != nil {
		request.Mask = &pb.DocumentMask{FieldPaths: fields}
	}
	asked := make(map[string]bool, len(keys))
	for _, k := range keys {
		if name := s.name(k); !asked[name] {
			asked[name] = true
			request.Documents = append(request.Documents, name)
		}
	}
	var there map[string]*pb.Document
	err := patiently(ctx, func() (err error) {
		there, err = s.batch(ctx, request)
		return err
	})
	return there, err
}

// batch is one try to read documents.
func (s *Store) batch(ctx context.Context, request *pb.BatchGetDocumentsRequest) (map[string]*pb.Document, error) {
	answers, err := s.client.BatchGetDocuments(ctx, request)
	if err != nil {
		return nil, err
	}
	there := make(map[string]*pb.Document, len(request.Documents))
	for {
		answer, err := answers.Recv()
		switch {
		case err == io.EOF:
			return there, nil
		case err != nil:
			return nil, err
		}
		if d := answer.GetFound(); d != nil {
			there[d.GetName()] = d
		}
	}
}
