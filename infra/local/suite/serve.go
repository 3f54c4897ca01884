package suite

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"redthread.dev/shared/function"
)

// stopping is how long requests and deliveries that were begun may still take.
const stopping = 15 * time.Second

// Serve takes events and shows pages at the listener until ctx ends, then closes the
// suite: what was begun is finished, what waits stays in the queue. Once the suite can
// be found by its data folder it calls up, which may be nil.
func (s *Suite) Serve(ctx context.Context, l net.Listener, up func() error) error {
	var ended atomic.Bool
	server := function.Server(s.handler(&ended))
	if s.screen != nil {
		server.RegisterOnShutdown(func() { s.screen.Close() }) // its streams do not end by themselves
	}
	if err := s.announce(l, up); err != nil {
		return errors.Join(fmt.Errorf("serve: %w", err), l.Close(), s.Close(ctx))
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	var err error
	select {
	case err = <-failed:
		err = fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	ended.Store(true)
	late, cancel := context.WithTimeout(context.Background(), stopping)
	defer cancel()
	return errors.Join(err, server.Shutdown(late), s.Close(late))
}

// announce writes down where the suite is, and says so.
func (s *Suite) announce(l net.Listener, up func() error) error {
	if err := s.lock.Serving(l.Addr().String()); err != nil || up == nil {
		return err
	}
	return up()
}

// Handler serves events (POST /), health, metrics, the functions' pages and the
// screen.
func (s *Suite) Handler() http.Handler { return s.handler(new(atomic.Bool)) }

func (s *Suite) handler(ended *atomic.Bool) http.Handler {
	m := http.NewServeMux()
	m.Handle("POST /{$}", s.Broker)
	m.Handle("GET /metrics", promhttp.Handler())
	m.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	m.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		switch {
		case ended.Load():
			http.Error(w, "stopping", http.StatusServiceUnavailable)
		case s.Broker.Full():
			http.Error(w, "the queue is full", http.StatusServiceUnavailable)
		default:
			fmt.Fprintln(w, "ok")
		}
	})
	m.HandleFunc("/", s.page)
	return m
}

// page serves a path that a function's pages know, or else the screen's.
func (s *Suite) page(w http.ResponseWriter, r *http.Request) {
	for _, f := range s.Functions {
		if f.Pages != nil && knows(f.Pages, r) {
			f.Pages.ServeHTTP(w, r)
			return
		}
	}
	if s.screen == nil {
		http.NotFound(w, r)
		return
	}
	s.screen.ServeHTTP(w, r)
}

// knows tells whether pages have something for a request. Those that cannot be asked
// have something for every one.
func knows(pages http.Handler, r *http.Request) bool {
	m, ok := pages.(interface {
		Handler(*http.Request) (http.Handler, string)
	})
	if !ok {
		return true
	}
	_, pattern := m.Handler(r)
	return pattern != ""
}
