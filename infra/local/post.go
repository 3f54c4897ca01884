package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"redthread.dev/events"
	"redthread.dev/infra/local/lock"
	"redthread.dev/shared/store"
)

// sink is a server that takes events: this program's own, or any broker.
type sink struct {
	url    string
	client http.Client
	key    string // with which a server takes events as its own; empty: they are from outside
}

// server is the sink at -addr or, unless that was given, the one that works on -data.
func (t *terminal) server() *sink {
	addr := t.addr
	if holder := lock.Holder(t.data); holder != "" && !t.given["addr"] {
		addr = holder
	}
	return at("http://" + addr + "/")
}

// at is the sink at an address, which has half a minute to answer.
func at(url string) *sink { return &sink{url: url, client: http.Client{Timeout: 30 * time.Second}} }

// answer is what a sink says to a request.
type answer struct {
	Status int    `json:"status"`
	Reason string `json:"reason,omitempty"`
}

func (a answer) taken() bool { return a.Status/100 == 2 }

// post sends a request's body, or a refusal's reason comes back.
func (s *sink) post(ctx context.Context, contentType string, body []byte) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("send to %s: %w", store.Redacted(s.url), err)
	}
	req.Header.Set("Content-Type", contentType)
	return s.do(req)
}

// binary sends an event in binary mode.
func (s *sink) binary(ctx context.Context, e events.Event) (answer, error) {
	req, err := cehttp.NewHTTPRequestFromEvent(ctx, s.url, e)
	if err != nil {
		return answer{}, fmt.Errorf("send %s: %w", events.Tag(e), err)
	}
	return s.do(req)
}

func (s *sink) do(req *http.Request) (answer, error) {
	if s.key != "" {
		req.Header.Set("Authorization", "Bearer "+s.key)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return answer{}, fmt.Errorf("send to %s: %w; is the server running? start it with: %s", store.Redacted(s.url), errors.Unwrap(err), program)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	if err != nil {
		return answer{}, fmt.Errorf("send to %s: %w", store.Redacted(s.url), err)
	}
	return answer{res.StatusCode, strings.TrimSpace(string(text))}, nil
}

// batch sends events in one request, again while the sink says 503.
func (s *sink) batch(ctx context.Context, es []events.Event) error {
	body, err := json.Marshal(es)
	if err != nil {
		return fmt.Errorf("send %d events: %w", len(es), err)
	}
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		a, err := s.post(ctx, "application/cloudevents-batch+json", body)
		switch {
		case err != nil:
			return err
		case a.taken():
			return nil
		case a.Status != http.StatusServiceUnavailable:
			return fmt.Errorf("send to %s: answered %d %s", store.Redacted(s.url), a.Status, a.Reason)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
