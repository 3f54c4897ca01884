package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRequestsTakeTurns(t *testing.T) {
	var within, most atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		most.Store(max(most.Load(), within.Add(1)))
		time.Sleep(5 * time.Millisecond)
		within.Add(-1)
	}))
	defer server.Close()
	port, held, err := claim(0)
	require.NoError(t, err)
	l := launch{port: port, claim: held}
	front, err := takeTurns(l.addr(), strings.TrimPrefix(server.URL, "http://"))
	require.NoError(t, err)
	l.claim = all{front, l.claim}
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			if err := found(t.Context(), "http://"+l.addr()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	require.EqualValues(t, 1, most.Load())
	require.NoError(t, l.claim.Close())
	require.Error(t, found(t.Context(), "http://"+l.addr()), "closed")
}
