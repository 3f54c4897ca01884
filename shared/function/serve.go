package function

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// drain is how long a function that was told to stop still takes requests: until
// the network has heard of it.
const drain = 2 * time.Second

// Serve serves f on addr until ctx ends, then fails its readiness probe, drains
// and returns. It serves events on /, the function's pages, /healthz, /readyz and
// /metrics. What it logs does not name the function: the log does, where it should.
func Serve(ctx context.Context, addr string, f *Function, log *slog.Logger) error {
	var stopping atomic.Bool
	server := Server(mux(f, &stopping))
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("serve %s: %w", f.Manifest.Name, err)
	}
	log.Info("serving", "addr", listener.Addr().String())
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", f.Manifest.Name, err)
	case <-ctx.Done():
	}
	stopping.Store(true)
	time.Sleep(drain)
	late, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	err = server.Shutdown(late)
	if f.Close != nil {
		err = errors.Join(err, f.Close())
	}
	return err
}

// Server returns an HTTP server with the limits every edge of the suite has:
// slow and endless requests end by themselves. A request's trace goes on in its context.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           onTrace(h),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      timeout + 10*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
}

func mux(f *Function, stopping *atomic.Bool) http.Handler {
	m := http.NewServeMux()
	m.Handle("POST /{$}", f.Watched())
	m.Handle("GET /metrics", promhttp.Handler())
	m.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok\n")) })
	m.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if stopping.Load() {
			http.Error(w, "stopping", http.StatusServiceUnavailable)
			return
		}
		w.Write([]byte("ok\n"))
	})
	if f.Pages != nil {
		m.Handle("/", f.Pages)
	}
	return m
}
