package suite_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/infra/local/broker"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

// flaky is a store that fails every so often, so that errors are logged.
type flaky struct {
	store.Store
	calls atomic.Int64
}

var errFlaky = errors.New("the store is away")

func (f *flaky) away() error {
	if f.calls.Add(1)%5 == 0 {
		return errFlaky
	}
	return nil
}

func (f *flaky) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	if err := f.away(); err != nil {
		return nil, err
	}
	return f.Store.Get(ctx, keys...)
}

func (f *flaky) Commit(ctx context.Context, writes ...store.Write) error {
	if err := f.away(); err != nil {
		return err
	}
	return f.Store.Commit(ctx, writes...)
}

func (f *flaky) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	return f.Store.Query(ctx, q)
}

func init() {
	store.Register("flaky", "flaky:", func(_ context.Context, _ string, o store.Options) (store.Store, error) {
		return &flaky{Store: memory.New(store.WithClock(o.Clock))}, nil
	})
}

// overheard is a log that many write to.
type overheard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *overheard) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *overheard) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// talk is what a shop sends whose ids, sources and subjects are e-mail addresses; the last
// ones are taken by no function.
var talk = []string{
	`"type":"dev.redthread.customer.signedup.v1","data":{"customer":{"email":"ann@leak.example","login":"ann@leak.example"},"name":"Ann Leak"}`,
	`"type":"dev.redthread.consent.changed.v1","data":{"customer":{"email":"ann@leak.example"},"channel":"email","purpose":"marketing","granted":true}`,
	`"type":"dev.redthread.basket.updated.v1","data":{"customer":{"email":"ann@leak.example"},"basket_id":"ann@leak.example","lines":[],"total":{"amount":0,"currency":"DKK"}}`,
	`"type":"dev.redthread.social.mentioned.v1","data":{"customer":{"email":"ann@leak.example"},"platform":"instagram","post_id":"ann@leak.example","handle":"annleak","text":"terrible, awful service!!"}`,
	`"type":"dev.redthread.export.requested.v1","data":{"customer":{"email":"ann@leak.example"}}`,
	`"type":"com.shop.ann@leak.example","data":{"customer":{"email":"ann@leak.example"}}`,
	`"type":"dev.redthread.order.placed.v1","data":{"customer":{"email":"ann@leak.example"},"order_id":"ann@leak.example","total":{"amount":-1,"currency":"DKK"}}`,
	`"type":"dev.redthread.product.viewed.v1","data":{"customer":{"email":"ann@leak.example"},"sku":"PANIC"}`,
}

func TestWhoACustomerIsIsInNoLogAndNoMetric(t *testing.T) {
	log := new(overheard)
	poisoned := spec("poisoned", function.Trigger{Filter: "EXISTS profileid"}, func(_ function.Env, e events.Event) (*events.Event, error) {
		if e.Type() == "dev.redthread.product.viewed.v1" {
			panic("on the event of " + e.ID())
		}
		return nil, errFlaky
	})
	c := suite.Config{Data: t.TempDir(), Store: "flaky:", Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Functions: append(slices.Clone(functions.All), poisoned), Retry: broker.Retry{Retry: 4, BackoffPolicy: "linear", BackoffDelay: time.Millisecond}}
	s := open(t, c)
	for i, said := range talk {
		body := `{"specversion":"1.0","id":"ann@leak.example/` + string(rune('a'+i)) + `","source":"mailto:ann@leak.example","subject":"ann@leak.example",` +
			`"datacontenttype":"application/json",` + said + `}`
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/cloudevents+json")
		s.Handler().ServeHTTP(w, r)
		require.Equal(t, http.StatusAccepted, w.Code, w.Body)
	}
	require.Eventually(t, func() bool { return s.Broker.Waiting() == 0 }, 20*time.Second, 10*time.Millisecond, "all is delivered or given up")
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.NoError(t, s.Close(context.Background()))

	for _, wanted := range []string{"delivery failed", "dead letter", "the store is away", "social.mentioned.v1 "} {
		require.Contains(t, log.String(), wanted, "the log must have had something to tell")
	}
	for place, text := range map[string]string{"log": log.String(), "metrics": w.Body.String()} {
		for _, line := range strings.Split(text, "\n") {
			for _, name := range []string{"leak.example", "annleak", "Ann Leak"} {
				require.NotContains(t, line, name, place)
			}
		}
	}
}
