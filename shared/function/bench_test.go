package function

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"redthread.dev/events"
)

const basket = `{"customer":{"login":"m"},"place":"web","basket_id":"b","lines":[{"sku":"A","name":"Alpakagarn","quantity":1,"price":{"amount":7900,"currency":"DKK"}},` +
	`{"sku":"B","name":"Strikkepinde","quantity":1,"price":{"amount":7900,"currency":"DKK"}}],"total":{"amount":15800,"currency":"DKK"}}`

// BenchmarkHandler is what one event in binary mode costs that nothing is decided
// about, without the network.
func BenchmarkHandler(b *testing.B) {
	f := &Function{Manifest: Manifest{Name: "bench"}, Handle: func(_ context.Context, e events.Event) (*events.Event, error) {
		_, err := events.Decode[events.BasketUpdated](e)
		return nil, Never(err)
	}}
	h := f.Watched()
	header := http.Header{"Ce-Id": {"1"}, "Ce-Source": {"/bench"}, "Ce-Type": {"dev.redthread.basket.updated.v1"}, "Ce-Specversion": {"1.0"},
		"Ce-Time": {"2026-03-02T12:00:00Z"}, "Content-Type": {"application/json"}, "Ce-Profileid": {"01957e4a-6f00-7000-8000-000000000001"},
		"Ce-Dataschema": {"https://redthread.dev/events/schemas/basket.updated.v1.json"}, "Ce-Partitionkey": {"01957e4a-6f00-7000-8000-000000000001"}}
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader([]byte(basket)))
		r.Header = header.Clone()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusNoContent {
			b.Fatal(w.Code, w.Body)
		}
	}
}
