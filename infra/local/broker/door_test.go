package broker_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/broker"
)

func TestAnEventFromOutsideCannotPretendToBeResolved(t *testing.T) {
	const key = "the key of the data folder"
	forged := `{"specversion":"1.0","id":"1","source":"/s","type":"a","profileid":"p","flow":"f","channel":"email","knativeerrordest":"http://x","partitionkey":"k"}`
	headers := []string{"ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type", "a", "ce-profileid", "p", "ce-flow", "f",
		"ce-channel", "email", "ce-knativeerrordest", "http://x", "ce-partitionkey", "k"}
	bare := map[string]any{"partitionkey": "k"}
	whole := map[string]any{"partitionkey": "k", "profileid": "p", "flow": "f", "channel": "email", "knativeerrordest": "http://x"}
	for name, c := range map[string]struct {
		open, given       string // the server's key, and the request's
		contentType, body string
		headers           []string
		status            int
		want              map[string]any
	}{
		"structured":                      {key, "", structured, forged, nil, http.StatusAccepted, bare},
		"binary":                          {key, "", "application/json", `{}`, headers, http.StatusAccepted, bare},
		"batch":                           {key, "", "application/cloudevents-batch+json", "[" + forged + "]", nil, http.StatusAccepted, bare},
		"redthread itself":                {key, "Bearer " + key, structured, forged, nil, http.StatusAccepted, whole},
		"a key that is wrong":             {key, "Bearer x" + key, structured, forged, nil, http.StatusUnauthorized, nil},
		"a key that is empty":             {key, "Bearer ", structured, forged, nil, http.StatusUnauthorized, nil},
		"an empty key where there is one": {"", "Bearer ", structured, forged, nil, http.StatusUnauthorized, nil},
		"a source that signs in its way":  {key, "Basic dTpw", structured, forged, nil, http.StatusAccepted, bare},
	} {
		t.Run(name, func(t *testing.T) {
			var got []map[string]any
			b := start(t, broker.Config{InsideKey: c.open}, fn("all", func(_ context.Context, e events.Event) (*events.Event, error) {
				got = append(got, e.Extensions())
				return nil, nil
			}, "a"))
			with := c.headers
			if c.given != "" {
				with = append([]string{"Authorization", c.given}, c.headers...)
			}
			status, text := post(t, serve(t, b).URL, c.contentType, c.body, with...)
			require.Equal(t, c.status, status, text)
			idle(t, b)
			if c.want == nil {
				require.Empty(t, got)
				require.Contains(t, text, "INSIDE_KEY")
				return
			}
			require.Equal(t, []map[string]any{c.want}, got)
		})
	}
}
