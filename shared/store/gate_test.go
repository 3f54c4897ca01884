package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func TestAGateIsClosedOnceThoseWithinHaveLeft(t *testing.T) {
	var g store.Gate
	leave, err := g.Enter(t.Context())
	require.NoError(t, err)
	other, err := g.Enter(t.Context())
	require.NoError(t, err, "several may be within")
	other()
	closed := make(chan bool)
	go func() { g.Close(); close(closed) }()
	select {
	case <-closed:
		require.Fail(t, "closed while somebody was within")
	case <-time.After(20 * time.Millisecond):
	}
	leave()
	<-closed
	_, err = g.Enter(t.Context())
	require.ErrorIs(t, err, store.ErrClosed)
	g.Close()

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = new(store.Gate).Enter(ended)
	require.ErrorIs(t, err, context.Canceled)
}
