package function

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"redthread.dev/events"
)

func TestATraceRunsThroughAndHoldsNoData(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	Trace(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	defer tracer.Store(nil)
	f := &Function{Manifest: Manifest{Name: "echo"}, Handle: echo}
	e, err := events.New("/shop", "1", time.Now(), events.BasketUpdated{Common: events.Common{Customer: events.Identifiers{"email": "secret@example.dk"}}, BasketID: "b"})
	require.NoError(t, err)
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	e.SetExtension(events.ExtTraceParent, parent)
	reply, err := f.Watched()(context.Background(), e)
	require.NoError(t, err)
	require.Len(t, spans.Ended(), 1)
	span := spans.Ended()[0]
	require.Equal(t, "4bf92f3577b34da6a3ce929d0e0e4736", span.SpanContext().TraceID().String())
	require.Equal(t, "00f067aa0ba902b7", span.Parent().SpanID().String())
	require.Contains(t, events.Extension(*reply, events.ExtTraceParent), span.SpanContext().SpanID().String())
	require.Contains(t, fmt.Sprint(span.Attributes()), e.Type())
	require.NotContains(t, fmt.Sprint(span.Attributes(), span.Events(), span.Status()), "secret")

	e.SetID("secret@example.dk")
	e.SetSource("mailto:secret@example.dk")
	e.SetType("com.shop.secret@example.dk")
	_, err = f.Watched()(context.Background(), e)
	require.NoError(t, err)
	require.Len(t, spans.Ended(), 2)
	for _, span := range spans.Ended() {
		require.NotContains(t, fmt.Sprint(span.Attributes(), span.Events(), span.Status()), "secret")
	}
}

func TestWithoutATracerATraceIsPassedOn(t *testing.T) {
	f := &Function{Manifest: Manifest{Name: "echo"}, Handle: func(_ context.Context, e events.Event) (*events.Event, error) {
		reply, err := events.New("/r", "2", time.Now(), events.BasketUpdated{BasketID: "b"})
		return &reply, err
	}}
	e, err := events.New("/shop", "1", time.Now(), events.BasketUpdated{BasketID: "b"})
	require.NoError(t, err)
	e.SetExtension(events.ExtTraceParent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	reply, err := f.Watched()(context.Background(), e)
	require.NoError(t, err)
	require.Equal(t, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", events.Extension(*reply, events.ExtTraceParent))
}

const (
	began    = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	hop      = "00-4bf92f3577b34da6a3ce929d0e0e4736-1111111111111111-01"
	stranger = "00-99999999999999999999999999999999-2222222222222222-01"
)

// TestATraceGoesOnFromWhatTheEventCameFrom sends events through a server: a broker on the
// way may record the same trace, another, or none.
func TestATraceGoesOnFromWhatTheEventCameFrom(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	Trace(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	defer tracer.Store(nil)
	f := &Function{Manifest: Manifest{Name: "echo"}, Handle: echo}
	server := httptest.NewServer(Server(f.Watched()).Handler)
	defer server.Close()
	for _, c := range []struct{ event, header, parent, link string }{
		{began, "", began, ""}, {began, hop, began, hop}, {began, stranger, began, stranger}, {"", hop, hop, ""},
		{"nonsense", hop, hop, ""}, {began, "nonsense", began, ""}, {"", "", "-0000000000000000-", ""},
	} {
		body := `{"specversion":"1.0","type":"com.shop.x","source":"/shop","id":"1","data":{}}`
		if c.event != "" {
			body = strings.Replace(body, `"data"`, `"traceparent":"`+c.event+`","data"`, 1)
		}
		req, err := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/cloudevents+json")
		if c.header != "" {
			req.Header.Set("Traceparent", c.header)
		}
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, http.StatusOK, res.StatusCode)
		all := spans.Ended()
		span := all[len(all)-1]
		require.Equal(t, c.link != "", len(span.Links()) == 1, "%+v", c)
		for _, link := range span.Links() {
			require.Contains(t, c.link, link.SpanContext.SpanID().String())
		}
		require.Contains(t, c.parent, "-"+span.Parent().SpanID().String()+"-", "%+v", c)
		require.Contains(t, res.Header.Get("Ce-Traceparent"), span.SpanContext().TraceID().String(), "%+v", c)
	}
}

// TestWhatAFunctionEmitsGoesOnWithItsTrace holds for the event, where the next function
// finds it, and for the request, where a broker does.
func TestWhatAFunctionEmitsGoesOnWithItsTrace(t *testing.T) {
	var got http.Header
	broker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		w.WriteHeader(http.StatusAccepted)
	}))
	defer broker.Close()
	emit := Sink(broker.URL)
	for _, c := range []struct{ of, event, header, want string }{
		{"a function's own", "", began, began}, {"another's", began, "", began},
		{"another's of a request", began, stranger, began}, {"neither", "", "", ""},
	} {
		e, err := events.New("/shop", "1", time.Now(), events.BasketUpdated{BasketID: "b"})
		require.NoError(t, err)
		if c.event != "" {
			e.SetExtension(events.ExtTraceParent, c.event)
		}
		before := e.Clone()
		ctx := traceContext.Extract(t.Context(), propagation.HeaderCarrier{"Traceparent": {c.header}})
		require.NoError(t, emit(ctx, e))
		require.Equal(t, c.want, got.Get("Ce-Traceparent"), c.of)
		require.Equal(t, c.want, got.Get("Traceparent"), c.of)
		require.Equal(t, before, e, "the event is its giver's")
	}
}
