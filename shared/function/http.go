package function

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"redthread.dev/events"
)

// timeout bounds one event; a broker's own patience is 30 s or more.
const timeout = 25 * time.Second

// ServeHTTP answers one request as a broker expects: 200 with the reply, 204
// without one, 4xx never to be tried again, 5xx to be tried again.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	es, err := Decode(w, r)
	if err != nil {
		http.Error(w, err.Error(), Status(err))
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	var replies []events.Event
	for i := range es {
		reply, err := h(ctx, es[i])
		if err != nil {
			http.Error(w, place(len(es) > 1, i)+err.Error(), Status(err))
			return
		}
		if reply != nil {
			replies = append(replies, *reply)
		}
	}
	answer(w, r, isBatch(r.Header), replies)
}

// Status returns the code that tells a broker what to do about an error: 400 or
// 422 never again, 500 or 503 again. It never returns 404, 408, 409 or 429, which
// brokers take for a fault of the network.
func Status(err error) int {
	var refusal *Refusal
	switch {
	case err == nil:
		return http.StatusOK
	case errors.As(err, &refusal):
		return refusal.Status
	case IsNever(err):
		return http.StatusUnprocessableEntity
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

func answer(w http.ResponseWriter, r *http.Request, batch bool, replies []events.Event) {
	switch {
	case len(replies) == 0:
		w.WriteHeader(http.StatusNoContent)
	case batch:
		w.Header().Set("Content-Type", "application/cloudevents-batch+json")
		json.NewEncoder(w).Encode(replies) //nolint:errcheck // the caller is gone
	case answerPlain(w, &replies[0]):
	default:
		// An error here means that the caller is gone: it will ask again.
		cehttp.WriteResponseWriter(r.Context(), binding.ToMessage(&replies[0]), http.StatusOK, encoder{w}) //nolint:errcheck
	}
}
