package function

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

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
)

// Watched is Guard with metrics and a span that continues the trace of the event; the
// reply carries it on. Names and outcomes only: nothing of an event's data is recorded.
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
