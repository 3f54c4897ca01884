package function

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"go.opentelemetry.io/otel/propagation"

	"redthread.dev/events"
)

// patience with a broker: one that keeps nothing (Knative's in-memory channel) takes an event
// when all have been delivered to, and what they answered, too. Two functions may have to be
// started for that, and there is some of the event's own time left after it.
const patience = 20 * time.Second

// Sink returns an Emit that posts events to url, a broker's ingress (K_SINK). It
// returns an error unless the broker has taken the event; the caller tries again.
func Sink(url string) func(context.Context, events.Event) error {
	client := &http.Client{Timeout: patience}
	return func(ctx context.Context, e events.Event) error {
		ctx, _ = continued(ctx, e)
		e = OnTrace(ctx, e)
		req, err := cehttp.NewHTTPRequestFromEvent(ctx, url, e)
		if err != nil {
			return fmt.Errorf("emit %s: %w", events.Tag(e), err)
		}
		escapeAll(req.Header)
		traceContext.Inject(ctx, propagation.HeaderCarrier(req.Header))
		res, err := client.Do(req)
		if err != nil {
			return fmt.Errorf("emit %s: %w", events.Tag(e), err)
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(res.Body, 512))
		if res.StatusCode/100 != 2 {
			return fmt.Errorf("emit %s: broker answered %s: %q", events.Tag(e), res.Status, text)
		}
		return nil
	}
}
