package function

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"redthread.dev/events"
)

var (
	handled = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "redthread_events_total",
		Help: "Events handled, by function and outcome: ok, reply, never, again.",
	}, []string{"function", "outcome"})
	seconds = promauto.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "redthread_event_seconds",
		Help:    "Time to handle an event, by function.",
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"function"})
	traceContext = propagation.TraceContext{}
	tracer       atomic.Pointer[trace.Tracer]
)

// Trace makes all functions of the process record spans by a provider. Without it
// a trace that comes in is passed on, and nothing is recorded.
func Trace(p trace.TracerProvider) {
	t := p.Tracer("redthread.dev")
	tracer.Store(&t)
}

// Watched is Guard with metrics and a span that continues the trace of the
// event's traceparent extension; the reply carries it on. Names and outcomes
// only: nothing of an event's data is recorded.
func (f *Function) Watched() Handler {
	name := f.Manifest.Name
	handle, took := f.Guard(), seconds.WithLabelValues(name)
	outcomes := map[string]prometheus.Counter{}
	for _, o := range []string{"ok", "reply", "never", "again"} {
		outcomes[o] = handled.WithLabelValues(name, o)
	}
	return func(ctx context.Context, e events.Event) (*events.Event, error) {
		start := time.Now()
		reply, err := traced(ctx, name, handle, e)
		outcomes[outcome(reply, err)].Inc()
		took.Observe(time.Since(start).Seconds())
		return reply, err
	}
}

func traced(ctx context.Context, name string, handle Handler, e events.Event) (*events.Event, error) {
	t := tracer.Load()
	if t == nil {
		reply, err := handle(ctx, e)
		if parent := (carrier{&e}).Get(events.ExtTraceParent); parent != "" && reply != nil {
			reply.SetExtension(events.ExtTraceParent, parent)
		}
		return reply, err
	}
	ctx, span := (*t).Start(traceContext.Extract(ctx, carrier{&e}), name, trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(attribute.String("cloudevents.event_type", typeOf(e)), attribute.String("redthread.event", events.Hash(e))))
	defer span.End()
	reply, err := handle(ctx, e)
	if err != nil {
		span.SetStatus(codes.Error, outcome(reply, err))
	}
	if reply != nil {
		traceContext.Inject(ctx, carrier{reply})
	}
	return reply, err
}

// typeOf is an event's type as a trace may have it: whole if it is ours.
func typeOf(e events.Event) string {
	kind := events.Kind(e.Type())
	if kind != "…" && strings.HasPrefix(e.Type(), events.Prefix) {
		return events.Prefix + kind
	}
	return kind
}

func outcome(reply *events.Event, err error) string {
	switch {
	case IsNever(err):
		return "never"
	case err != nil:
		return "again"
	case reply != nil:
		return "reply"
	}
	return "ok"
}

// carrier keeps a trace's context in an event's Distributed Tracing extension.
type carrier struct{ e *events.Event }

func (c carrier) Get(key string) string {
	return events.Extension(*c.e, key)
}

func (c carrier) Set(key, value string) { c.e.SetExtension(key, value) }

func (c carrier) Keys() []string { return traceContext.Fields() }
