package crm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/batch"
)

// upsert is a contact to be found or made.
type upsert struct {
	ID         string            `json:"id"`
	By         string            `json:"idProperty"`
	Trace      string            `json:"objectWriteTraceId"` // which HubSpot answers with, item by item
	Properties map[string]string `json:"properties"`
}

// linger is how long a contact waits for others.
const linger = 20 * time.Millisecond

// batches bring contacts that come at the same time to HubSpot in one request.
func (h *hubspot) batches(timeout time.Duration) *batch.Batch[upsert, string] {
	return &batch.Batch[upsert, string]{Send: h.upsert, Most: most, Linger: linger, Timeout: timeout}
}

// upsert asks HubSpot for contacts and returns the id of each, in their order.
func (h *hubspot) upsert(ctx context.Context, asked []upsert) ([]batch.Outcome[string], error) {
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
	all := make([]batch.Outcome[string], len(asked))
	for i, u := range asked {
		all[i].Err = &channel.Fault{Err: errors.New("hubspot says nothing of the contact")}
		for _, r := range answer.Results {
			if r.Trace == u.Trace || r.Trace == "" && strings.EqualFold(r.Properties["email"], u.ID) {
				all[i] = batch.Outcome[string]{Value: r.ID}
			}
		}
		for _, c := range answer.Errors {
			if slices.Contains(c.Context["objectWriteTraceId"], u.Trace) {
				all[i] = batch.Outcome[string]{Err: &channel.Fault{Never: c.Category == "VALIDATION_ERROR", Err: fmt.Errorf("hubspot did not take the contact%s", c.codes())}}
			}
		}
	}
	return all, nil
}
