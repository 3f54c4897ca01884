package crm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"redthread.dev/shared/channel"
)

// upsert is a contact to be found or made.
type upsert struct {
	ID         string            `json:"id"`
	By         string            `json:"idProperty"`
	Trace      string            `json:"objectWriteTraceId"` // which HubSpot answers with, item by item
	Properties map[string]string `json:"properties"`
}

// outcome is what became of one contact: HubSpot's id of it, or why there is none.
type outcome struct {
	id  string
	err error
}

// batch brings contacts that come at the same time to HubSpot in one request.
type batch struct {
	upsert  func(context.Context, []upsert) ([]outcome, error)
	timeout time.Duration

	mu      sync.Mutex
	waiting []item
}

type item struct {
	upsert
	done chan outcome
}

// linger is how long a contact waits for others.
const linger = 20 * time.Millisecond

// put returns the id of a contact.
func (b *batch) put(ctx context.Context, u upsert) (string, error) {
	x := item{u, make(chan outcome, 1)}
	b.mu.Lock()
	b.waiting = append(b.waiting, x)
	switch len(b.waiting) {
	case most:
		go b.send(b.take())
	case 1:
		time.AfterFunc(linger, b.flush)
	}
	b.mu.Unlock()
	select {
	case o := <-x.done:
		return o.id, o.err
	case <-ctx.Done():
		return "", &channel.Fault{Err: fmt.Errorf("hubspot: %w", ctx.Err())}
	}
}

func (b *batch) flush() {
	b.mu.Lock()
	all := b.take()
	b.mu.Unlock()
	if len(all) > 0 {
		b.send(all)
	}
}

func (b *batch) take() []item {
	all := b.waiting
	b.waiting = nil
	return all
}

// send upserts some contacts. When HubSpot will have none of it because of one, each is
// tried by itself.
func (b *batch) send(all []item) {
	ctx, cancel := context.WithTimeout(context.Background(), b.timeout)
	defer cancel()
	asked := make([]upsert, len(all))
	for i, x := range all {
		asked[i] = x.upsert
	}
	outcomes, err := b.upsert(ctx, asked)
	var f *channel.Fault
	if errors.As(err, &f) && f.Never && len(all) > 1 {
		for _, x := range all {
			b.send([]item{x})
		}
		return
	}
	for i, x := range all {
		if err != nil {
			x.done <- outcome{err: err}
		} else {
			x.done <- outcomes[i]
		}
	}
}

// upsert asks HubSpot for contacts and returns what became of each, in their order.
func (h *hubspot) upsert(ctx context.Context, asked []upsert) ([]outcome, error) {
	var answer struct {
		Results []struct {
			object
			Trace string `json:"objectWriteTraceId"`
		}
		Errors []complaint
	}
	if err := h.call(ctx, http.MethodPost, "/contacts/batch/upsert", map[string]any{"inputs": asked}, &answer); err != nil {
		return nil, err
	}
	all := make([]outcome, len(asked))
	for i, u := range asked {
		all[i].err = &channel.Fault{Err: errors.New("hubspot says nothing of the contact")}
		for _, r := range answer.Results {
			if r.Trace == u.Trace || r.Trace == "" && strings.EqualFold(r.Properties["email"], u.ID) {
				all[i] = outcome{id: r.ID}
			}
		}
		for _, c := range answer.Errors {
			if slices.Contains(c.Context["objectWriteTraceId"], u.Trace) {
				all[i] = outcome{err: &channel.Fault{Never: c.Category == "VALIDATION_ERROR", Err: fmt.Errorf("hubspot did not take the contact%s", c.codes())}}
			}
		}
	}
	return all, nil
}
