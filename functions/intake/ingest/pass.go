package ingest

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/function"
)

func malformed(err error) error {
	reason := "malformed"
	if function.Status(err) == http.StatusRequestEntityTooLarge {
		reason = "large"
	}
	return &no{status: function.Status(err), reason: reason, error: err}
}

// pass passes on the events of a body, all or, when the broker goes away in between,
// some: their source sends them again.
func (g *gate) pass(ctx context.Context, r *http.Request, s *source, body []byte) (int, error) {
	es, err := function.DecodeBody(r, body)
	if err != nil {
		return 0, malformed(err)
	}
	if len(es) > g.batch {
		return 0, notf(http.StatusRequestEntityTooLarge, "large", "%d events, at most %d in one request", len(es), g.batch)
	}
	if wait := s.late(len(es), time.Now()); wait > 0 {
		return 0, &no{http.StatusTooManyRequests, "fast", wait, fmt.Errorf("%s sends more than %v events a second", s.Name, s.Rate)}
	}
	for i, e := range es {
		if err := s.may(e); err != nil {
			return 0, notf(http.StatusForbidden, "forbidden", "%s%w", place(es, i), err)
		}
		es[i] = events.Outside(e)
		if err := events.Check(es[i], g.env.Now()); err != nil {
			return 0, notf(http.StatusBadRequest, "invalid", "%s%w", place(es, i), err)
		}
	}
	for i, e := range es {
		if err := g.env.Emit(ctx, e); err != nil {
			return i, fmt.Errorf("ingest: %w", err)
		}
	}
	return len(es), nil
}

func place(es []events.Event, i int) string {
	if len(es) == 1 {
		return ""
	}
	return fmt.Sprintf("event %d of the batch: ", i)
}
