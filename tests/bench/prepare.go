package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// now is when all of it happens: at noon, when nothing is quiet.
var now = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// request is an event in binary mode, encoded beforehand.
type request struct {
	header http.Header
	body   []byte
	want   int // the status of ours; the floor answers the same
}

// work is what one row is measured with: a store with customers, a request for each
// of them, and what ours did with the store for each.
type work struct {
	name, title, opsFile, base string
	store                      bool
	requests                   []request
}

func (w *work) slice(round int, c config) []request {
	n := c.requests * 6 / 5
	return w.requests[round*n : (round+1)*n]
}

// copyStore gives a child its own copy, made while nobody writes.
func (w *work) copyStore(to string) error {
	if !w.store {
		return nil
	}
	from, err := os.Open(w.base)
	if err != nil {
		return err
	}
	defer from.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, from); err != nil {
		return err
	}
	return out.Close()
}

var titles = map[string]string{
	"nothing": "decodes and decides nothing, no store",
	"idle":    "flow event that decides nothing",
	"act":     "flow event that acts",
	"collect": "collect",
}

// prepare makes customers, asks ours about each of them once and writes down what
// it does with the store.
func prepare(c config, name string) (*work, error) {
	w := &work{name: name, title: titles[name], store: name != "nothing",
		opsFile: filepath.Join(c.dir, name+".ops"), base: filepath.Join(c.dir, name+".db")}
	n := (c.rounds + 1) * (c.requests * 6 / 5) // one more to warm up
	if err := w.populate(n); err != nil {
		return nil, err
	}
	scratch := filepath.Join(c.dir, name+".scratch")
	if err := w.copyStore(scratch); err != nil {
		return nil, err
	}
	r := &recorder{}
	if w.store {
		s, err := store.Open(context.Background(), "sqlite:"+scratch)
		if err != nil {
			return nil, err
		}
		defer s.Close()
		r.Store = s
	}
	f, err := make1(name, r)
	if err != nil {
		return nil, err
	}
	kept, err := newRecord(w.opsFile)
	if err != nil {
		return nil, err
	}
	for i := range n {
		e := event(name, i)
		r.ops = nil
		reply, err := f.Guard()(context.Background(), e)
		if err != nil {
			return nil, err
		}
		want := http.StatusNoContent
		if reply != nil {
			want = http.StatusOK
		}
		kept.add(r.ops)
		w.requests = append(w.requests, encode(e, i, want))
	}
	return w, kept.close()
}

// recorder notes the calls of a store.
type recorder struct {
	store.Store
	ops []op
}

func (r *recorder) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	r.ops = append(r.ops, op{Keys: keys})
	return r.Store.Get(ctx, keys...)
}

func (r *recorder) Commit(ctx context.Context, writes ...store.Write) error {
	r.ops = append(r.ops, op{Writes: writes})
	return r.Store.Commit(ctx, writes...)
}

func (r *recorder) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	panic(fmt.Sprintf("a query of %s in the hot path", q.Collection))
}

func encode(e events.Event, i, want int) request {
	r := &http.Request{Header: http.Header{}}
	ctx := binding.WithForceBinary(context.Background())
	if err := cehttp.WriteRequest(ctx, binding.ToMessage(&e), r); err != nil {
		panic(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	r.Header.Set("x-index", fmt.Sprint(i))
	return request{r.Header, body, want}
}

func id(i int) string { return fmt.Sprintf("01957e4a-6f00-7000-8000-%012d", i) }

// rules are those that collect makes of its settings.
var rules = profile.Rules{Country: "DK", Secret: []byte(override["collect"]["IDENTITY_KEY"]), Limits: profile.DefaultLimits}
