package function

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"redthread.dev/events"
)

var (
	traceContext = propagation.TraceContext{}
	tracer       atomic.Pointer[trace.Tracer]
)

// Trace makes all functions of the process record spans by a provider. Without it
// a trace that comes in is passed on, and nothing is recorded.
func Trace(p trace.TracerProvider) {
	t := p.Tracer("redthread.dev")
	tracer.Store(&t)
}

func traced(ctx context.Context, name string, handle Handler, e events.Event) (*events.Event, error) {
	ctx, hop := continued(ctx, e)
	t := tracer.Load()
	if t == nil {
		reply, err := handle(ctx, e)
		if reply != nil {
			traceContext.Inject(ctx, carrier{reply})
		}
		return reply, err
	}
	options := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindConsumer)}
	if hop.IsValid() {
		options = append(options, trace.WithLinks(trace.Link{SpanContext: hop}))
	}
	ctx, span := (*t).Start(ctx, name, append(options, trace.WithAttributes(attribute.String("cloudevents.event_type", typeOf(e)), attribute.String("redthread.event", events.Hash(e))))...)
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

// continued puts the span that comes before an event's handling into ctx: what the event
// came from, as its traceparent extension says, or else the request that brought it. The
// latter is a broker's, which delivers side by side what came one from the other. If both
// are there, hop is the request's (CloudEvents, Distributed Tracing extension).
func continued(ctx context.Context, e events.Event) (_ context.Context, hop trace.SpanContext) {
	if events.Extension(e, events.ExtTraceParent) == "" {
		return ctx, hop
	}
	from := trace.SpanContextFromContext(traceContext.Extract(context.Background(), carrier{&e}))
	if !from.IsValid() {
		return ctx, hop
	}
	return trace.ContextWithRemoteSpanContext(ctx, from), trace.SpanContextFromContext(ctx)
}

// OnTrace returns an event that goes on with the trace of ctx, unless it has one already.
func OnTrace(ctx context.Context, e events.Event) events.Event {
	if !trace.SpanContextFromContext(ctx).IsValid() || events.Extension(e, events.ExtTraceParent) != "" {
		return e
	}
	e = e.Clone() // who gave it may give it again
	traceContext.Inject(ctx, carrier{&e})
	return e
}

// onTrace puts the trace that a request's header names into its context.
func onTrace(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Traceparent") != "" {
			r = r.WithContext(traceContext.Extract(r.Context(), propagation.HeaderCarrier(r.Header)))
		}
		next.ServeHTTP(w, r)
	})
}

// typeOf is an event's type as a trace may have it: whole if it is ours.
func typeOf(e events.Event) string {
	kind := events.Kind(e.Type())
	if kind != "…" && strings.HasPrefix(e.Type(), events.Prefix) {
		return events.Prefix + kind
	}
	return kind
}

// carrier keeps a trace's context in an event's Distributed Tracing extension.
type carrier struct{ e *events.Event }

func (c carrier) Get(key string) string {
	return events.Extension(*c.e, key)
}

func (c carrier) Set(key, value string) { c.e.SetExtension(key, value) }

func (c carrier) Keys() []string { return traceContext.Fields() }
