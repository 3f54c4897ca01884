package function

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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
