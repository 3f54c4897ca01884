package tracing_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/tracing"
)

// collector takes spans as a collector does, after it has been busy for a while. A real
// one is asked on the node of tests/knative.
type collector struct {
	*httptest.Server
	mu       sync.Mutex
	answers  []int // status codes to come, then 200
	requests []*http.Request
	got      tracepb.TracesData
}

func collects(t *testing.T, answers ...int) *collector {
	c := &collector{answers: answers}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.requests = append(c.requests, r)
		if len(c.answers) > 0 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(c.answers[0])
			c.answers = c.answers[1:]
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || proto.Unmarshal(body, &c.got) != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// traced has a function handle an event while spans go to where the environment says, and
// returns what was logged.
func traced(t *testing.T) string {
	t.Helper()
	var log bytes.Buffer
	flush, err := tracing.Start(t.Context(), "echo", slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	e, err := events.New("/shop", "1", time.Now(), events.BasketUpdated{Common: events.Common{Customer: events.Identifiers{"email": "secret@example.dk"}}, BasketID: "b"})
	require.NoError(t, err)
	f := &function.Function{Manifest: function.Manifest{Name: "echo"}, Handle: func(context.Context, events.Event) (*events.Event, error) { return nil, nil }}
	_, err = f.Watched()(t.Context(), e)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := flush(ctx); err != nil {
		log.WriteString(err.Error())
	}
	return log.String()
}

func TestSpansGoToTheCollectorThatIsNamed(t *testing.T) {
	c := collects(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL+"/otlp/")
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20key,tenant=shop")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test")
	require.Empty(t, traced(t))
	require.Len(t, c.requests, 1)
	r := c.requests[0]
	require.Equal(t, "POST /otlp/v1/traces application/x-protobuf a key shop",
		r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")+" "+r.Header.Get("X-Key")+" "+r.Header.Get("Tenant"))
	of := c.got.ResourceSpans[0]
	require.Equal(t, "echo", of.ScopeSpans[0].Spans[0].Name)
	about := of.Resource.String()
	for _, said := range []string{`"service.name"`, `"echo"`, `"deployment.environment"`} {
		require.Contains(t, about, said)
	}
	require.NotContains(t, c.got.String(), "secret")
}

func TestAnAddressForTracesGoesFirstAndIsTakenAsItIs(t *testing.T) {
	c := collects(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", c.URL+"/here")
	t.Setenv("OTEL_SERVICE_NAME", "shop")
	require.Empty(t, traced(t))
	require.Equal(t, "/here", c.requests[0].URL.Path)
	require.Contains(t, c.got.String(), `"shop"`)
	require.NotContains(t, c.got.ResourceSpans[0].Resource.String(), `"echo"`)
}

func TestABusyCollectorIsAskedAgain(t *testing.T) {
	c := collects(t, http.StatusServiceUnavailable, http.StatusTooManyRequests)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
	require.Empty(t, traced(t))
	require.Len(t, c.requests, 3)
	require.Len(t, c.got.ResourceSpans, 1)
}

func TestWhatACollectorRefusesIsLostAndSaid(t *testing.T) {
	c := collects(t, http.StatusUnauthorized)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
	require.Contains(t, traced(t), "send spans: the collector answered 401 Unauthorized")
	require.Len(t, c.requests, 1)

	busy := collects(t, slices.Repeat([]int{http.StatusBadGateway}, 10)...)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", busy.URL)
	require.Contains(t, traced(t), "send spans: the collector answered 502 Bad Gateway")
	require.Len(t, busy.requests, 4)
}

func TestNothingIsSentUnlessAsked(t *testing.T) {
	for _, env := range [][2]string{{"OTEL_EXPORTER_OTLP_ENDPOINT", ""}, {"OTEL_SDK_DISABLED", "true"}, {"OTEL_TRACES_EXPORTER", "none"}} {
		c := collects(t)
		t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
		t.Setenv(env[0], env[1])
		flush, err := tracing.Start(t.Context(), "echo", slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		require.NoError(t, flush(t.Context()))
		require.Empty(t, c.requests, env)
		t.Setenv("OTEL_SDK_DISABLED", "false")
		t.Setenv("OTEL_TRACES_EXPORTER", "otlp")
	}
}

func TestWhatCannotBeMeantIsSaid(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", `OTEL_EXPORTER_OTLP_ENDPOINT is "collector:4318", expected the full address of a collector, e.g. http://127.0.0.1:4318`},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "grpc://shop:hush@host", `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is "grpc://shop:xxxxx@host", expected the full`},
		{"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", `OTEL_EXPORTER_OTLP_PROTOCOL is "grpc", expected http/protobuf`},
		{"OTEL_TRACES_EXPORTER", "zipkin", `OTEL_TRACES_EXPORTER is "zipkin", expected otlp or none`},
		{"OTEL_EXPORTER_OTLP_HEADERS", "key hush", "OTEL_EXPORTER_OTLP_HEADERS cannot be read, expected NAME=VALUE"},
		{"OTEL_EXPORTER_OTLP_TIMEOUT", "10s", `OTEL_EXPORTER_OTLP_TIMEOUT is "10s", expected a whole number`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
			t.Setenv(c.name, c.value)
			_, err := tracing.Start(t.Context(), "echo", slog.New(slog.DiscardHandler))
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "hush")
		})
	}
}
