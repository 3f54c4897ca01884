package main

import (
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
)

// turns lets one request at a time through to a server. moto_server needs it: it takes
// several at once, but a transaction of its DynamoDB that fails puts whole tables back as
// they were before it, and with them what others have written meanwhile (seen: 7 of 100
// documents gone beside four clients whose transactions fail). DynamoDB's are isolated:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-isolation
type turns struct {
	mu sync.Mutex
	to http.Handler
}

func (t *turns) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.to.ServeHTTP(w, r)
}

// takeTurns listens on one address for the server at another, until it is closed.
func takeTurns(from, to string) (io.Closer, error) {
	l, err := net.Listen("tcp", from)
	if err != nil {
		return nil, err
	}
	quiet := log.New(io.Discard, "", 0) // of clients that leave, as tests have them do
	server := &http.Server{ErrorLog: quiet, Handler: &turns{to: &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: to}) },
		ErrorLog: quiet,
	}}}
	go server.Serve(l) //nolint:errcheck // that it was closed
	return server, nil
}

// all closes several.
type all []io.Closer

func (a all) Close() (err error) {
	for _, c := range a {
		err = errors.Join(err, c.Close())
	}
	return err
}
