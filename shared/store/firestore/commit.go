package firestore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"redthread.dev/shared/store"
)

// tries is how often a commit that lost no race is sent anew.
const tries = 10

// Commit implements store.Store. It is one call, with two exceptions: one more reads
// what is there when the commit was refused, or before it when it replaces a document
// at or near its expiry.
//
// When the connection is lost while the answer is awaited, the commit is sent again, and
// if it is then refused the documents show by the field commit whether it had been
// carried out. Only when others have changed all of them since does nobody know: that is
// an error, and none of ErrConflict, for the caller to come again later. A commit that
// names no version at all may be carried out twice then.
func (s *Store) Commit(ctx context.Context, writes ...store.Write) error {
	if err := store.CheckWrites(writes...); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	c, err := s.prepared(writes)
	if err != nil {
		return fmt.Errorf("commit %w", err)
	}
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	defer leave()
	if len(writes) == 0 {
		return nil
	}
	if err := c.run(ctx); err != nil {
		return fmt.Errorf("commit %w", err)
	}
	return nil
}

// commit is one under way.
type commit struct {
	*Store
	writes  []store.Write
	request *pb.CommitRequest
	mark    int64
	doubt   error // of a try that may have been carried out
}

func (s *Store) prepared(writes []store.Write) (*commit, error) {
	mark := rand.Int64() | 1 // never 0, which a document without one has
	c := &commit{Store: s, writes: writes, mark: mark, request: &pb.CommitRequest{Database: s.root()}}
	for _, w := range writes {
		one := &pb.Write{CurrentDocument: precondition(w)}
		if w.Data == nil {
			one.Operation = &pb.Write_Delete{Delete: s.name(w.Key)}
		} else {
			d, err := documentOf(s.name(w.Key), w, mark)
			if err != nil {
				return nil, err
			}
			one.Operation = &pb.Write_Update{Update: d}
		}
		c.request.Writes = append(c.request.Writes, one)
	}
	return c, nil
}

func precondition(w store.Write) *pb.Precondition {
	switch w.Version {
	case store.Unchecked:
		return nil
	case 0:
		return &pb.Precondition{ConditionType: &pb.Precondition_Exists{Exists: false}}
	}
	return at(w.Version)
}

func at(version int64) *pb.Precondition {
	return &pb.Precondition{ConditionType: &pb.Precondition_UpdateTime{UpdateTime: updatedAt(version)}}
}

// run sends the commit until it is carried out, or it is known why it cannot be.
func (c *commit) run(ctx context.Context) error {
	if c.aged(c.now()) {
		if done, err := c.settle(ctx); done || err != nil {
			return err
		}
	}
	for try := 0; ; try++ {
		sent := patiently(ctx, func() error { return c.send(ctx) })
		if sent == nil || ctx.Err() != nil || !refused(sent) {
			return c.naming(sent)
		}
		if done, err := c.settle(ctx); done || err != nil {
			return err
		}
		if try == tries {
			return c.naming(sent)
		}
		if err := store.Pause(ctx, try+4); err != nil {
			return c.naming(err)
		}
	}
}

func (c *commit) send(ctx context.Context) error {
	_, err := c.client.Commit(ctx, c.request)
	if unsure(err) {
		c.doubt = err
	}
	return err
}

// naming says what was to be committed.
func (c *commit) naming(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("of %d, first %s: %w", len(c.writes), c.writes[0].Key, err)
}

// aged says whether any document to be replaced may have expired.
func (c *commit) aged(now time.Time) bool {
	for _, w := range c.writes {
		if w.Version > 0 && mayHaveExpired(w.Version, now) {
			return true
		}
	}
	return false
}
