package sqlite

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"redthread.dev/shared/store"
)

// slotOf is the first of the slots that a document may have. The hash is one for
// which nobody can make IDs that meet.
func slotOf(id string) int64 {
	sum := sha256.Sum256([]byte(id))
	return int64(binary.BigEndian.Uint64(sum[:])>>1) &^ (window - 1)
}

// Get implements store.Store. All documents are of one moment.
func (db *DB) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	if err := store.CheckKeys(keys...); err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	c, err := db.reader(ctx)
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	defer func() { db.idle <- c }()
	found := make([]store.Document, len(keys))
	if err := db.get(c, keys, found); err != nil {
		return nil, fmt.Errorf("get: %w", explained(db.path, err))
	}
	return found, nil
}

// reader takes a connection, which the caller gives back to db.idle.
func (db *DB) reader(ctx context.Context) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-db.closed:
		return nil, store.ErrClosed
	default:
	}
	select {
	case c := <-db.idle:
		if c != nil {
			return c, nil
		}
		c, err := openReader(db.path)
		if err != nil {
			db.idle <- nil
		}
		return c, err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-db.closed:
		return nil, store.ErrClosed
	}
}

func (db *DB) get(c *conn, keys []store.Key, found []store.Document) error {
	if len(keys) > 1 {
		if err := c.do("BEGIN"); err != nil {
			return err
		}
		defer c.do("COMMIT")
	}
	now := db.now().UnixMilli()
	for i, k := range keys {
		if err := db.getOne(c, k, now, &found[i]); err != nil {
			return fmt.Errorf("%s: %w", k, err)
		}
	}
	return nil
}

func (db *DB) getOne(c *conn, k store.Key, now int64, d *store.Document) error {
	d.Key = k
	t, err := c.table(k.Collection)
	if err != nil || t == nil {
		return err
	}
	s, err := t.statement(read)
	if err != nil {
		return err
	}
	s.bindInt(1, db.slot(k.ID))
	for s.step() {
		if string(s.text(1)) == k.ID {
			if expires := s.int(3); expires == 0 || expires > now {
				s.document(d, nil)
			}
			break
		}
	}
	return s.done()
}

// document fills d, but for its collection, from the row the statement is at. Its texts
// share a piece of memory: where many are read, asking for some is what takes the time.
func (s *statement) document(d *store.Document, in *room) {
	d.Version = s.int(2)
	d.Expires = moment(s.int(3))
	var room [256]byte
	texts := append(room[:0], s.text(1)...)
	id := len(texts)
	texts = append(texts, s.text(4)...)
	part := len(texts)
	all := string(append(texts, s.text(5)...))
	d.Key.ID, d.Entry = all[:id], store.Entry{Partition: all[id:part], Sort: all[part:]}
	d.Data = in.keep(s.text(6))
}

// roomSize is how much memory is asked for at once for the documents of a scan.
const roomSize = 64 << 10

// room is memory that the documents of a scan share: all of them are read, and asking for
// memory once for each takes longer.
type room struct{ free []byte }

// keep returns a copy; no room is as good as one of its own.
func (r *room) keep(text []byte) []byte {
	if r == nil || len(text) > roomSize/8 {
		return append(make([]byte, 0, len(text)), text...)
	}
	if len(r.free) < len(text) {
		r.free = make([]byte, roomSize)
	}
	kept := r.free[:len(text):len(text)]
	r.free = r.free[len(text):]
	copy(kept, text)
	return kept
}

func moment(milli int64) time.Time {
	if milli == 0 {
		return time.Time{}
	}
	return time.UnixMilli(milli).UTC()
}

func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(t.UnixMilli(), 1) // before 1970 is over, too
}
