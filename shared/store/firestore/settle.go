package firestore

import (
	"context"
	"fmt"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"redthread.dev/shared/store"
)

// settle reads what is there in place of a commit's documents. It finds that the commit
// was carried out after all, or which document is not as it should be; if neither, the
// commit can be sent, with preconditions that what has expired may be replaced.
func (c *commit) settle(ctx context.Context) (done bool, err error) {
	keys := make([]store.Key, len(c.writes))
	for i, w := range c.writes {
		keys[i] = w.Key
	}
	there, err := c.fetch(ctx, keys, []string{"expires", "commit"})
	if err != nil {
		return false, c.naming(err)
	}
	if c.carriedOut(there) {
		return true, nil
	}
	now := c.now()
	for i, w := range c.writes {
		d := there[c.name(w.Key)]
		if conflicts(w, d, now) {
			return false, c.lost(w.Key, there)
		}
		if d != nil && w.Version == 0 {
			c.request.Writes[i].CurrentDocument = at(versionOf(d.GetUpdateTime(), time.Time{}))
		} else {
			c.request.Writes[i].CurrentDocument = precondition(w)
		}
	}
	return false, nil
}

// carriedOut finds the mark of this commit.
func (c *commit) carriedOut(there map[string]*pb.Document) bool {
	for _, w := range c.writes {
		if d := there[c.name(w.Key)]; w.Data != nil && d.GetFields()["commit"].GetIntegerValue() == c.mark {
			return true
		}
	}
	return false
}

// conflicts says whether a write does not fit the document that is there, or nil.
func conflicts(w store.Write, d *pb.Document, now time.Time) bool {
	exists := d != nil && !expired(expiryOf(d), now)
	switch w.Version {
	case store.Unchecked:
		return false
	case 0:
		return exists
	}
	return !exists || d.GetUpdateTime().AsTime().UnixMicro() != w.Version>>lifeBits
}

// lost is the error when a document is not as a write would have it. It is ErrConflict
// unless the commit may have been carried out and written over: where any document
// that it would have changed is still as it was, it cannot have been.
func (c *commit) lost(k store.Key, there map[string]*pb.Document) error {
	if c.doubt == nil {
		return fmt.Errorf("%s: %w", k, store.ErrConflict)
	}
	for _, w := range c.writes {
		d := there[c.name(w.Key)]
		if w.Version > 0 && d != nil && d.GetUpdateTime().AsTime().UnixMicro() == w.Version>>lifeBits {
			return fmt.Errorf("%s: %w", k, store.ErrConflict)
		}
	}
	return fmt.Errorf("%s: the answer was lost and the document has changed since, so that nobody knows whether it was carried out: %w", k, c.doubt)
}
