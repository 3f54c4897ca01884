package tracing

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// collector takes spans by OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
type collector struct {
	address string
	header  http.Header
	client  *http.Client
}

// tries is how often spans are offered to a collector that is busy.
const tries = 4

// busy is what may pass by itself, by the protocol; anything else is final.
var busy = map[int]bool{
	http.StatusTooManyRequests: true, http.StatusBadGateway: true, http.StatusServiceUnavailable: true, http.StatusGatewayTimeout: true,
}

func (*collector) Start(context.Context) error { return nil }

func (c *collector) Stop(context.Context) error {
	c.client.CloseIdleConnections()
	return nil
}

// UploadTraces sends spans. On the wire TracesData is the service's request.
func (c *collector) UploadTraces(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	body, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: spans})
	if err != nil {
		return fmt.Errorf("write spans: %w", err)
	}
	for try := 1; ; try++ {
		pause, err := c.post(ctx, body)
		if err == nil || pause == 0 || try == tries {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause<<(try-1) + rand.N(pause)):
		}
	}
}

// post offers spans once. With an error that may pass it says how long to wait at least.
func (c *collector) post(ctx context.Context, body []byte) (pause time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("send spans: %w", err)
	}
	req.Header = c.header.Clone()
	req.Header.Set("Content-Type", "application/x-protobuf")
	res, err := c.client.Do(req)
	if err != nil {
		return time.Second, fmt.Errorf("send spans: %w", err)
	}
	defer res.Body.Close()                                //nolint:errcheck // it was read
	io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) //nolint:errcheck // so that the connection is used again
	if res.StatusCode/100 == 2 {
		return 0, nil
	}
	if busy[res.StatusCode] {
		pause = time.Second
		if after, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && after > 0 {
			pause = time.Duration(min(after, 60)) * time.Second
		}
	}
	return pause, fmt.Errorf("send spans: the collector answered %s", res.Status)
}
