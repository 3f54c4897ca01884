package events_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

func TestAnEventIsCalledWithoutWhatNamesACustomer(t *testing.T) {
	e, err := events.New("mailto:ann@shop.example", "ann@shop.example", time.Now(), events.BasketUpdated{BasketID: "b"})
	require.NoError(t, err)
	require.Equal(t, "basket.updated.v1 "+events.Hash(e), events.Tag(e))
	for sent, want := range map[string]string{
		"dev.redthread.order.placed.v1": "order.placed.v1",
		"com.shop.loyalty.earned":       "com.shop.loyalty.earned",
		"com.shop.ann@shop.example":     "…",
		"a\n\x1b[2Jb\xff":               "a��[2Jb�",
		strings.Repeat("æ", 1<<20):      strings.Repeat("æ", 100),
	} {
		require.Equal(t, want, events.Kind(sent))
	}
}
