package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"os"
	"syscall"
	"time"
	"unsafe"

	"redthread.dev/shared/store"
)

// op is one call of the store.
type op struct {
	Keys   []store.Key
	Writes []store.Write
}

func (o op) do(ctx context.Context, s store.Store) error {
	if o.Writes == nil {
		_, err := s.Get(ctx, o.Keys...)
		return err
	}
	return s.Commit(ctx, o.Writes...)
}

// record writes down the calls of each request, for the floor to do again.
type record struct {
	w     *bufio.Writer
	f     *os.File
	at    uint64
	index []uint64
}

func newRecord(file string) (*record, error) {
	f, err := os.Create(file)
	return &record{w: bufio.NewWriter(f), f: f}, err
}

func (r *record) number(n int) {
	r.w.Write(binary.NativeEndian.AppendUint64(nil, uint64(n))) //nolint:errcheck // kept until close
	r.at += 8
}

func (r *record) text(s string) {
	r.number(len(s))
	r.w.WriteString(s) //nolint:errcheck // kept until close
	r.at += uint64(len(s))
}

func (r *record) add(ops []op) {
	r.index = append(r.index, r.at)
	r.number(len(ops))
	for _, o := range ops {
		r.number(len(o.Keys))
		for _, k := range o.Keys {
			r.text(k.Collection)
			r.text(k.ID)
		}
		r.number(len(o.Writes))
		for _, w := range o.Writes {
			for _, s := range []string{w.Key.Collection, w.Key.ID, string(w.Data), w.Entry.Partition, w.Entry.Sort} {
				r.text(s)
			}
			r.number(int(w.Expires.UnixMilli()))
		}
	}
}

// close ends the record with where each request's calls are, and how many requests
// there are.
func (r *record) close() error {
	for _, at := range r.index {
		r.number(int(at))
	}
	r.number(len(r.index))
	if err := r.w.Flush(); err != nil {
		return err
	}
	return r.f.Close()
}

// replayed is a record to be done again. It lies outside the heap: in it, it would
// keep the floor's garbage collector from working as often as anybody else's.
type replayed struct {
	bytes []byte
	index int
}

func openRecord(file string) (*replayed, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	n := int(binary.NativeEndian.Uint64(b[len(b)-8:]))
	return &replayed{b, len(b) - 8 - 8*n}, nil
}

// ops returns the calls of the i-th request.
func (r *replayed) ops(i int) []op {
	c := cursor{r.bytes, int(binary.NativeEndian.Uint64(r.bytes[r.index+8*i:]))}
	ops := make([]op, c.number())
	for i := range ops {
		ops[i].Keys = make([]store.Key, c.number())
		for k := range ops[i].Keys {
			ops[i].Keys[k] = store.Key{Collection: c.text(), ID: c.text()}
		}
		if n := c.number(); n > 0 {
			ops[i].Writes = make([]store.Write, n)
		}
		for w := range ops[i].Writes {
			ops[i].Writes[w] = c.write()
		}
	}
	return ops
}

type cursor struct {
	bytes []byte
	at    int
}

func (c *cursor) number() int {
	c.at += 8
	return int(binary.NativeEndian.Uint64(c.bytes[c.at-8:]))
}

func (c *cursor) text() string {
	n := c.number()
	s := unsafe.String(unsafe.SliceData(c.bytes[c.at:]), n)
	c.at += n
	return s
}

// write is unchecked, since another copy of the store has other versions.
func (c *cursor) write() store.Write {
	w := store.Write{Key: store.Key{Collection: c.text(), ID: c.text()}, Version: store.Unchecked}
	if data := c.text(); data != "" {
		w.Data = unsafe.Slice(unsafe.StringData(data), len(data))
	}
	w.Entry = store.Entry{Partition: c.text(), Sort: c.text()}
	if at := c.number(); at != int(time.Time{}.UnixMilli()) {
		w.Expires = time.UnixMilli(int64(at))
	}
	return w
}
