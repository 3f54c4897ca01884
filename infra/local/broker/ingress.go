package broker

import (
	"errors"
	"net/http"

	"redthread.dev/shared/function"
)

// ServeHTTP takes one CloudEvent or a batch: 202 once they are in the queue's file,
// 4xx with the reason when they are none, 503 when they are to be sent again later.
func (b *Broker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	es, err := function.Decode(w, r)
	if err != nil {
		http.Error(w, err.Error(), function.Status(err))
		return
	}
	switch {
	case b.closing.Load():
		err = ErrClosed
	case b.Full():
		err = errors.New("the queue is full: events come faster than they are handled")
	default:
		err = b.Publish(r.Context(), es...)
	}
	switch {
	case err == nil:
		w.WriteHeader(http.StatusAccepted)
	case errors.Is(err, ErrTooLarge):
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
	default:
		w.Header().Set("Retry-After", "1")
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}
}
