package suite_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

const (
	signingKey = "whsec_d2Vic2hvcC13ZWJzaG9wLXdlYnNob3Atd2Vi"
	sources    = `[{name: webshop, keys: [` + signingKey + `], sources: [/shop/web, "/butik å/*"], types: ["dev.redthread.*"]}]`
)

// outside is a system outside the cluster that signs what it sends.
type outside struct {
	t   *testing.T
	url string
}

func (o outside) post(id string, at time.Time, body string) (int, string) {
	o.t.Helper()
	sign, err := standardwebhooks.NewWebhook(signingKey)
	require.NoError(o.t, err)
	signature, err := sign.Sign(id, at, []byte(body))
	require.NoError(o.t, err)
	r, err := http.NewRequest(http.MethodPost, o.url+"/ingest/webshop", strings.NewReader(body))
	require.NoError(o.t, err)
	for name, value := range map[string]string{"Content-Type": "application/cloudevents+json", "webhook-id": id,
		"webhook-timestamp": fmt.Sprint(at.Unix()), "webhook-signature": signature} {
		r.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(r)
	require.NoError(o.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(o.t, err)
	return res.StatusCode, string(text)
}

// seen is an event of Ann's in the webshop, with more attributes.
func seen(source, id, more string) string {
	return `{"specversion":"1.0","id":"` + id + `","source":"` + source + `","type":"dev.redthread.app.opened.v1"` + more +
		`,"data":{"customer":{"email":"ann@shop.example"}}}`
}

// kept are the ids of a collection's documents.
func kept(t *testing.T, s *suite.Suite, collection string) map[string]string {
	t.Helper()
	late, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, s.Broker.Idle(late))
	all := map[string]string{}
	for doc, err := range s.Store.Query(t.Context(), store.Query{Collection: collection}) {
		require.NoError(t, err)
		all[doc.Key.ID] = string(doc.Data)
	}
	return all
}

func TestWhatASystemOutsideSignsIsKnownToTheSuiteOnce(t *testing.T) {
	s := open(t, suite.Config{Data: t.TempDir(), Store: "memory:", Log: quiet, Functions: functions.All,
		Settings: map[string]map[string]string{"ingest": {"SOURCES": sources}}})
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	shop, now := outside{t, server.URL}, time.Now()

	status, text := shop.post("m-1", now, seen("/shop/web", "1", `,"profileid":"somebody-else"`))
	require.Equal(t, 202, status, text)
	require.Len(t, kept(t, s, "profiles"), 1)
	require.NotContains(t, kept(t, s, "profiles"), "somebody-else")
	status, text = shop.post("m-1", now, seen("/shop/web", "1", `,"profileid":"somebody-else"`))
	require.Equal(t, 401, status, text)
	for i := range 3 { // the answer was lost on its way
		status, text = shop.post("m-1", now.Add(time.Duration(i+1)*time.Second), seen("/shop/web", "1", ""))
		require.Equal(t, 202, status, text)
	}
	require.Len(t, kept(t, s, "journal"), 1, "nothing twice")
	require.Len(t, kept(t, s, "signatures"), 4)
	for id, text := range kept(t, s, "signatures") {
		require.Equal(t, "{}", text, id)
	}
	status, _ = shop.post("m-2", now, seen("/elsewhere", "2", ""))
	require.Equal(t, 403, status)
	status, _ = outside{t, server.URL + "/x"}.post("m-3", now, seen("/shop/web", "3", ""))
	require.Equal(t, 404, status)
	require.Len(t, kept(t, s, "journal"), 1)
}

func TestASuiteThatStopsIsSaidToThoseOutside(t *testing.T) {
	s := open(t, suite.Config{Data: t.TempDir(), Store: "memory:", Log: quiet, Functions: functions.All,
		Settings: map[string]map[string]string{"ingest": {"SOURCES": sources}}})
	require.NoError(t, s.Broker.Close(t.Context()))
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	now := time.Now()
	for range 2 {
		status, text := outside{t, server.URL}.post("m-1", now, seen("/shop/web", "1", ""))
		require.Equal(t, 503, status, text)
	}
}

// In a cluster ingest posts to the broker: here to the ingress of one machine, attributes
// that headers must encode and all.
func TestIngestPassesEventsOnOverHTTP(t *testing.T) {
	var got []events.Event
	s := open(t, config(t, spec("all", function.Trigger{Type: "dev.redthread.app.opened.v1"}, func(_ function.Env, e events.Event) (*events.Event, error) {
		got = append(got, e)
		return nil, nil
	})))
	broker := httptest.NewServer(s.Handler())
	defer broker.Close()
	ingest, known := functions.Named("ingest")
	require.True(t, known)
	f, err := ingest.New(function.Env{Store: s.Store, Now: time.Now, Log: quiet, Emit: function.Sink(broker.URL),
		Override: map[string]map[string]string{"ingest": {"SOURCES": sources}}})
	require.NoError(t, err)
	server := httptest.NewServer(f.Pages)
	defer server.Close()

	status, text := outside{t, server.URL}.post("m-1", time.Now(), seen("/shop/web", "50% æ", `,"subject":"\"Ann\" €","partitionkey":"k"`))
	require.Equal(t, 202, status, text)
	kept(t, s, "signatures")
	require.Len(t, got, 1)
	require.Equal(t, "50% æ", got[0].ID())
	require.Equal(t, `"Ann" €`, got[0].Subject())
	require.Equal(t, "k", events.Extension(got[0], "partitionkey"))
	require.JSONEq(t, `{"customer":{"email":"ann@shop.example"}}`, string(got[0].Data()))

	broker.Close()
	status, text = outside{t, server.URL}.post("m-2", time.Now(), seen("/shop/web", "2", ""))
	require.Equal(t, 503, status, text)
}
