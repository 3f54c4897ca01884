package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func TestAnAddressIsShownWithoutItsSecrets(t *testing.T) {
	for address, want := range map[string]string{
		"sqlite:data/redthread.db":                         "sqlite:data/redthread.db",
		"postgres://shop:hush@db:5432/shop?sslmode=verify": "postgres://shop:xxxxx@db:5432/shop?sslmode=verify",
		"postgres://db/shop?user=a&password=hush&x=1":      "postgres://db/shop?user=a&password=xxxxx&x=1",
		"postgres:host=db passwd=hush dbname=shop":         "postgres:host=db passwd=xxxxx dbname=shop",
		"https://hook.example/in?api_key=hush&Token=hush":  "https://hook.example/in?api_key=xxxxx&Token=xxxxx",
		"smtp://u:hush%zz@mail.example":                    "smtp:…",
		"u:hush@mail.example":                              "u:…",
		"hush@mail.example":                                "…",
		"":                                                 "",
	} {
		require.Equal(t, want, store.Redacted(address), address)
	}
}

func init() {
	store.Register("glass", "glass://HOST", func(_ context.Context, address string, _ store.Options) (store.Store, error) {
		if u, err := url.Parse(address); err != nil || u.Host == "down" {
			return nil, fmt.Errorf("dial %s: %w", address, errors.Join(errDown, err))
		}
		return nil, errDown
	})
}

func TestADriversErrorThatRepeatsTheAddressIsFreedOfItsPassword(t *testing.T) {
	_, err := store.Open(t.Context(), "glass://shop:hush@down/db")
	require.ErrorContains(t, err, `open store "glass://shop:xxxxx@down/db" (glass://HOST): dial glass://shop:xxxxx@down/db: nobody answers`)
	_, err = store.Open(t.Context(), "glass://shop:hush%zz@up/db")
	require.NotContains(t, err.Error(), "hush")
	_, err = store.Open(t.Context(), "glass://up/db")
	require.ErrorIs(t, err, errDown)
}
