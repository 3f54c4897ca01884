package consent

import (
	"fmt"
	"net/http"
	"slices"

	"redthread.dev/shared/store"
)

// download streams an export as one JSON document. A stream that fails half-way is
// cut off, so that nobody takes half of it for all.
func (d *desk) download(w http.ResponseWriter, v *visit) {
	docs, err := d.env.Store.Get(v.Context(), store.Key{Collection: receipts, ID: v.claims.Action})
	if err != nil {
		d.away(w, v, "", err)
		return
	}
	r, err := readReceipt(ofExport, docs[0])
	if err != nil || !r.done() || r.Kind != ofExport || docs[0].Entry.Partition != v.claims.Profile {
		d.show(w, http.StatusGone, d.voice(v.Request, ""), pageGone, nil)
		return
	}
	all := &bundle{ResponseWriter: w, name: r.ID}
	for doc, err := range d.env.Store.Query(v.Context(), r.chunks(v.claims.Profile)) {
		if err == nil {
			err = all.add(doc)
		}
		if err != nil && all.parts == nil {
			d.away(w, v, "", err)
			return
		}
		if err != nil {
			d.env.Log.Error("export cut off", "receipt", r.ID, "err", err)
			panic(http.ErrAbortHandler)
		}
	}
	switch all.chunks {
	case r.Chunks:
		all.close(r)
	case 0:
		d.show(w, http.StatusGone, d.voice(v.Request, ""), pageGone, nil)
	default:
		panic(http.ErrAbortHandler) // it was erased, or expired, while it was read
	}
}

// chunks asks for an export's documents, in order.
func (r receipt) chunks(profileID string) store.Query {
	id := r.ID + "." + r.Try
	return store.Query{Collection: exports, Partition: profileID, From: id + ".", To: id + "/"}
}

// bundle puts the parts of an export together while they are read.
type bundle struct {
	http.ResponseWriter
	name   string
	parts  []string // so far; nil: nothing was written yet
	chunks int
	err    error // of the first write that failed: the reader is gone
}

func (b *bundle) print(format string, args ...any) {
	if b.err == nil {
		_, b.err = fmt.Fprintf(b, format, args...)
	}
}

func (b *bundle) add(doc store.Document) error {
	p, err := readPage(doc)
	if err != nil || p.Part == "" {
		return err // the first document says only how far an export has come
	}
	if b.chunks++; b.chunks == 1 {
		b.begin()
	}
	again := slices.Contains(b.parts, p.Part)
	if !again {
		b.open(p.Part)
	}
	for i, item := range p.Items {
		if again || i > 0 {
			b.print(",\n")
		}
		b.print("%s", item)
	}
	return b.err
}

func (b *bundle) begin() {
	h := b.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", `attachment; filename="`+b.name+`.json"`)
	private(h)
	b.print("{")
}

// open ends the part before and begins another one.
func (b *bundle) open(part string) {
	if len(b.parts) > 0 {
		b.print("%s,\n", bracket(b.parts[len(b.parts)-1], "]"))
	}
	b.print("%q: %s", part, bracket(part, "["))
	b.parts = append(b.parts, part)
}

// bracket is what a part's items stand in, unless there is always one.
func bracket(part, which string) string {
	if single(part) {
		return ""
	}
	return which
}

func (b *bundle) close(r receipt) {
	b.print("%s,\n%q: %q, %q: %q}\n", bracket(b.parts[len(b.parts)-1], "]"), "exported", r.At.Format("2006-01-02T15:04:05Z07:00"), "receipt", r.ID)
}
