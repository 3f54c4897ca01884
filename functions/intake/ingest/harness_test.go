package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

const (
	webKey  = "whsec_d2Vic2hvcC13ZWJzaG9wLXdlYnNob3Atd2Vi"
	newKey  = "whsec_bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3"
	tillKey = "whsec_dGlsbC10aWxsLXRpbGwtdGlsbC10aWxsLXRp"

	structured = "application/cloudevents+json"
	batch      = "application/cloudevents-batch+json"
)

// roster is who may send in these tests.
const roster = `
- {name: webshop, keys: [` + newKey + `, ` + webKey + `], sources: [/shop/web, "/shop/web/*"], types: [dev.redthread.app.opened.v1, "dev.shop.*"]}
- {name: till, keys: [` + tillKey + `], sources: ["/till/*"], types: ["dev.redthread.*"], rate: 0.5, burst: 2}
- {name: crm, subject: crm@cluster, sources: ["*"], types: ["*"]}
`

// town is the function with its surroundings.
type town struct {
	t      *testing.T
	store  store.Store
	server *httptest.Server
	log    bytes.Buffer

	mu   sync.Mutex
	sent []events.Event
	fail func(e events.Event) error // what the broker answers
}

// sited makes the function with settings; SOURCES is the roster unless it is set.
func sited(t *testing.T, settings map[string]string, stores ...store.Store) *town {
	c := &town{t: t, store: memory.New(), fail: func(events.Event) error { return nil }}
	if len(stores) > 0 {
		c.store = stores[0]
	}
	if settings["SOURCES"] == "" && settings["SOURCES_FILE"] == "" {
		if settings == nil {
			settings = map[string]string{}
		}
		settings["SOURCES"] = roster
	}
	f, err := Spec.New(function.Env{Store: c.store, Now: time.Now, Emit: c.emit, Log: slog.New(slog.NewTextHandler(&c.log, nil)),
		Override: map[string]map[string]string{"ingest": settings}})
	require.NoError(t, err)
	c.server = httptest.NewUnstartedServer(f.Pages)
	c.server.Config = function.Server(f.Pages)
	c.server.Start()
	t.Cleanup(c.server.Close)
	return c
}

func (c *town) emit(_ context.Context, e events.Event) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.fail(e); err != nil {
		return err
	}
	c.sent = append(c.sent, e)
	return nil
}

// ids are those of the events that the broker has.
func (c *town) ids() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []string
	for _, e := range c.sent {
		all = append(all, e.ID())
	}
	return all
}

// opened is an event of somebody's who opened the app.
func opened(source, id string) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":%q,"type":"dev.redthread.app.opened.v1","data":{"customer":{"email":"ann@shop.example"}}}`, id, source)
}

// request is a post that is signed with a key at a time.
func (c *town) request(source, key, id, body string, at time.Time) *http.Request {
	r, err := http.NewRequest(http.MethodPost, c.server.URL+"/ingest/"+source, strings.NewReader(body))
	require.NoError(c.t, err)
	r.Header.Set("Content-Type", structured)
	if strings.HasPrefix(body, "[") {
		r.Header.Set("Content-Type", batch)
	}
	sign, err := standardwebhooks.NewWebhook(key)
	require.NoError(c.t, err)
	signature, err := sign.Sign(id, at, []byte(body))
	require.NoError(c.t, err)
	r.Header.Set("Webhook-Id", id)
	r.Header.Set("Webhook-Timestamp", fmt.Sprint(at.Unix()))
	r.Header.Set("Webhook-Signature", signature)
	return r
}

// post sends a request and returns the answer's status, text and headers.
func (c *town) post(r *http.Request) (int, string, http.Header) {
	res, err := http.DefaultClient.Do(r)
	require.NoError(c.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	return res.StatusCode, strings.TrimSpace(string(text)), res.Header
}

// signed posts what webshop signs now.
func (c *town) signed(id, body string) (int, string) {
	status, text, _ := c.post(c.request("webshop", webKey, id, body, time.Now()))
	return status, text
}

// counted is how often requests of a source were refused for a reason.
func counted(t *testing.T, source, reason string) float64 {
	var m dto.Metric
	require.NoError(t, refused.WithLabelValues(source, reason).Write(&m))
	return m.GetCounter().GetValue()
}

// shaky is a store whose reads or writes fail.
type shaky struct {
	store.Store
	get, commit error
}

var errAway = errors.New("the store is away")

func (s *shaky) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	if s.get != nil {
		return nil, s.get
	}
	return s.Store.Get(ctx, keys...)
}

func (s *shaky) Commit(ctx context.Context, writes ...store.Write) error {
	if s.commit != nil {
		return s.commit
	}
	return s.Store.Commit(ctx, writes...)
}

func attribute(t *testing.T, e events.Event, name string) string {
	text, err := json.Marshal(e)
	require.NoError(t, err)
	var members map[string]any
	require.NoError(t, json.Unmarshal(text, &members))
	if members[name] == nil {
		return ""
	}
	return fmt.Sprint(members[name])
}

// answered is the status of an answer to a request of any headers.
func answered(g *gate, source, body string, header map[string]string) int {
	r := httptest.NewRequest(http.MethodPost, "/ingest/x", strings.NewReader(body))
	r.SetPathValue("source", source)
	for name, value := range header {
		r.Header[name] = []string{value}
	}
	w := httptest.NewRecorder()
	g.take(w, r)
	return w.Code
}
