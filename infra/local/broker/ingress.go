package broker

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"

	"redthread.dev/events"
	"redthread.dev/shared/function"
)

// ServeHTTP takes one CloudEvent or a batch: 202 once they are in the queue's file,
// 4xx with the reason when they are none, 503 when they are to be sent again later.
//
// What comes from outside loses the extension attributes that only redthread sets
// (events.Outside). A request with "Authorization: Bearer" and Config.InsideKey keeps
// them: so dead letters are sent again. A wrong key is answered 401.
func (b *Broker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	es, err := function.Decode(w, r)
	if err != nil {
		http.Error(w, err.Error(), function.Status(err))
		return
	}
	take, err := b.door(r.Header)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	if err = b.open(); err == nil {
		err = take(r.Context(), es...)
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

// errKey says nothing of the key that was expected.
var errKey = errors.New("the key is not this server's: leave the header Authorization out, or give the INSIDE_KEY of its data folder")

// door is how the events of a request are taken.
func (b *Broker) door(h http.Header) (func(context.Context, ...events.Event) error, error) {
	scheme, key, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return b.outside, nil
	}
	want, got := sha256.Sum256([]byte(b.config.InsideKey)), sha256.Sum256([]byte(key))
	if b.config.InsideKey == "" || subtle.ConstantTimeCompare(want[:], got[:]) != 1 {
		return nil, errKey
	}
	return b.Publish, nil
}

// open returns ErrClosed or ErrFull when no events from outside are taken.
func (b *Broker) open() error {
	switch {
	case b.closing.Load():
		return ErrClosed
	case b.Full():
		return ErrFull
	}
	return nil
}

// Outside takes events as the ingress does, of a function that brings them in from
// outside. It returns ErrClosed or ErrFull when they are to be sent again later.
func (b *Broker) Outside(ctx context.Context, es ...events.Event) error {
	if err := b.open(); err != nil {
		return err
	}
	return b.outside(ctx, es...)
}

// outside takes events as they may come from outside.
func (b *Broker) outside(ctx context.Context, es ...events.Event) error {
	for i, e := range es {
		es[i] = events.Outside(e)
	}
	return b.Publish(ctx, es...)
}
