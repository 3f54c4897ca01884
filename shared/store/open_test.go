package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

var errDown = errors.New("nobody answers")

func init() {
	store.Register("paper", "paper:DRAWER", func(_ context.Context, url string, o store.Options) (store.Store, error) {
		if url == "paper:noon" && o.Clock().Hour() == 12 {
			return nil, nil
		}
		return nil, errDown
	})
	store.Register("stone", "stone://HOST", func(context.Context, string, store.Options) (store.Store, error) { return nil, errDown })
}

func TestOpenSaysWhatWasAskedAndWhatThereIs(t *testing.T) {
	for name, test := range map[string]struct {
		url       string
		want, not []string
	}{
		"no scheme":                  {url: "redthread.db", want: []string{`"redthread.db"`, "no scheme", "glass://HOST, paper:DRAWER, stone://HOST"}},
		"nothing":                    {url: "", want: []string{`""`, "no scheme"}},
		"a driver that is not here":  {url: "dynamodb://eu-west-1/shop", want: []string{`"dynamodb://eu-west-1/shop"`, `no driver "dynamodb"`, "linked here: glass://HOST, paper:DRAWER, stone://HOST"}},
		"a driver's own error":       {url: "paper:3", want: []string{`"paper:3"`, "paper:DRAWER", "nobody answers"}},
		"a password":                 {url: "stone://shop:hunter2@host/db", want: []string{"shop:xxxxx@host"}, not: []string{"hunter2"}},
		"a password, not linked":     {url: "postgres://shop:hunter2@host/db", want: []string{"postgres"}, not: []string{"hunter2"}},
		"a password, not even a URL": {url: "stone://shop:hunter2%zz@ho st/", want: []string{"stone:…"}, not: []string{"hunter2"}},
		"no scheme with a password":  {url: "shop.hunter2@host", want: []string{"no scheme"}, not: []string{"hunter2"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := store.Open(t.Context(), test.url)
			require.ErrorContains(t, err, "open store")
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
			for _, not := range test.not {
				require.NotContains(t, err.Error(), not)
			}
		})
	}
	_, err := store.Open(t.Context(), "paper:3")
	require.ErrorIs(t, err, errDown)
}

func TestOpenHandsTheClockToTheDriver(t *testing.T) {
	noon := func() time.Time { return time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC) }
	_, err := store.Open(t.Context(), "paper:noon", store.WithClock(noon))
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), store.Chosen().Clock(), time.Minute)
}

func TestASchemeHasOneDriver(t *testing.T) {
	require.PanicsWithValue(t, "linked: scheme paper registered twice", func() { store.Register("paper", "", nil) })
}
