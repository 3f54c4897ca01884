package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/events"
	"redthread.dev/functions/flows/basketrecovery"
	"redthread.dev/functions/intake/collect"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/sqlite"
)

// settings of the functions under test: nobody is held out, and nothing is quiet.
var override = map[string]map[string]string{
	"collect":        {"IDENTITY_KEY": "bench-bench-bench-bench"},
	"basketrecovery": {"HOLDOUT": "0", "CONTROL": "0", "QUIET": "off"},
}

// child serves a variant on a free port of the loopback, prints its address, and
// lives until it is killed.
func child(args []string) error {
	function.Sparing() // the floors, too
	variant, db, ops := args[0], args[1], args[2]
	var s store.Store
	if db != "" {
		var err error
		if s, err = store.Open(context.Background(), "sqlite:"+db); err != nil {
			return err
		}
	}
	handler, err := serve(variant, s, ops)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("POST /{$}", handler)
	mux.HandleFunc("GET /cpu", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, used()) })
	mux.HandleFunc("GET /profile", profiled)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	return function.Server(mux).Serve(listener)
}

func serve(variant string, s store.Store, ops string) (http.Handler, error) {
	if variant == "plain" {
		return http.HandlerFunc(plain), nil
	}
	if name, ok := strings.CutPrefix(variant, "recorded:"); ok {
		return recorded(name, s, ops)
	}
	f, err := make1(variant, s)
	if err != nil {
		return nil, err
	}
	return f.Watched(), nil
}

// make1 returns the function behind a variant of ours.
func make1(variant string, s store.Store) (*function.Function, error) {
	env := function.Env{Store: s, Now: func() time.Time { return now }, Override: override, Log: slog.New(slog.DiscardHandler)}
	switch variant {
	case "nothing":
		return &function.Function{Manifest: function.Manifest{Name: "nothing"}, Handle: nothing}, nil
	case "collect":
		return collect.Spec.New(env)
	}
	return basketrecovery.Flow.Spec().New(env)
}

func nothing(_ context.Context, e events.Event) (*events.Event, error) {
	_, err := events.Decode[events.BasketUpdated](e)
	return nil, function.Never(err)
}

// plain is what anybody would write: net/http, the headers of binary mode, and JSON by
// the same decoder as ours.
func plain(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	id, source, typ := r.Header.Get("ce-id"), r.Header.Get("ce-source"), r.Header.Get("ce-type")
	if id == "" || source == "" || typ == "" {
		http.Error(w, "not a CloudEvent", http.StatusBadRequest)
		return
	}
	var b events.BasketUpdated
	if err := json.Unmarshal(body, &b); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// recorded does what ours did with the store for the same event, byte by byte, and
// nothing else: the plain handler, the reads, the commits, and an answer.
func recorded(name string, s store.Store, file string) (http.Handler, error) {
	all, err := openRecord(file)
	if err != nil {
		return nil, err
	}
	decode := decoders[name]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err == nil {
			err = decode(body)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		i, err := strconv.Atoi(r.Header.Get("x-index"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, o := range all.ops(i) {
			if err := o.do(r.Context(), s); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		respond(w, r, name, body)
	}), nil
}

// respond answers with as many bytes as ours does: collect with the event, a flow
// that acts with a small one.
func respond(w http.ResponseWriter, r *http.Request, name string, body []byte) {
	if name == "idle" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	for k, v := range r.Header {
		if strings.HasPrefix(k, "Ce-") {
			w.Header()[k] = v
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if name == "act" {
		body = []byte(`{"action_id":"0123456789abcdefghijkl","kind":"message"}`)
	}
	w.Write(body) //nolint:errcheck // the client is gone
}

var decoders = map[string]func([]byte) error{
	"idle":    func(b []byte) error { return json.Unmarshal(b, new(events.OrderPlaced)) },
	"act":     func(b []byte) error { return json.Unmarshal(b, new(events.BasketAbandoned)) },
	"collect": func(b []byte) error { return json.Unmarshal(b, new(events.ProductViewed)) },
}

// profiling is the name of the profile under way.
var profiling string

// profiled begins a CPU profile in the named file; with no name it ends it, and writes
// a second one of what was allocated.
func profiled(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("file")
	if err := profileTo(name); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
	profiling = name
}

func profileTo(name string) error {
	if name == "" {
		pprof.StopCPUProfile()
		name = profiling + ".allocs"
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if name != profiling+".allocs" {
		return pprof.StartCPUProfile(f)
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}

func used() int64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return (r.Utime.Sec+r.Stime.Sec)*1e6 + r.Utime.Usec + r.Stime.Usec
}
