package webhook

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/channel"
)

var secret = "whsec_" + base64.StdEncoding.EncodeToString([]byte("thirty-two bytes of a made-up key"))

func receiver(t *testing.T, h http.HandlerFunc) (*Client, *httptest.Server) {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c, err := New(Settings{URL: server.URL + "/hook?token=hush", Secret: secret})
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c, server
}

func TestTheReceiverCanCheckTheSignature(t *testing.T) {
	check, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	var seen atomic.Int32
	c, _ := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.NoError(t, check.Verify(body, r.Header))
		require.JSONEq(t, `{"audience":"visitors","n":1}`, string(body))
		require.Equal(t, "action-1", r.Header.Get("webhook-id"))
		require.Equal(t, "application/json", r.Header.Get("Content-Type"))
		require.Error(t, check.Verify(append(body, ' '), r.Header), "a changed body")
		seen.Add(1)
		w.WriteHeader(http.StatusNoContent)
	})
	for range 2 {
		require.NoError(t, c.Post(t.Context(), "action-1", map[string]any{"audience": "visitors", "n": 1}))
	}
	require.EqualValues(t, 2, seen.Load())
}

func TestWhatAnAnswerMeans(t *testing.T) {
	now := time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC)
	for status, c := range map[int]struct {
		retry string
		never bool
		after time.Duration
	}{
		301: {never: true},
		400: {never: true},
		401: {},
		403: {},
		404: {},
		408: {},
		410: {never: true},
		422: {never: true},
		425: {},
		429: {retry: "7", after: 7 * time.Second},
		500: {},
		502: {retry: "soon"},
		503: {retry: "Wed, 11 Mar 2026 12:01:00 GMT", after: time.Minute},
		504: {retry: "Wed, 11 Mar 2026 11:00:00 GMT"},
		599: {retry: "-1"},
	} {
		var f *channel.Fault
		require.ErrorAs(t, judge("hook.example", status, c.retry, now), &f, "%d", status)
		require.Equal(t, c.never, f.Never, "%d", status)
		require.Equal(t, c.after, f.After, "%d", status)
		require.ErrorContains(t, f, "webhook hook.example answered")
	}
	require.NoError(t, judge("hook.example", 202, "", now))
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var elsewhere atomic.Int32
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer trap.Close()
	c, _ := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, trap.URL, http.StatusTemporaryRedirect)
	})
	err := c.Post(t.Context(), "a", nil)
	require.ErrorContains(t, err, "answered 307 Temporary Redirect: redirects are not followed, set WEBHOOK_URL to where it leads")
	require.Zero(t, elsewhere.Load())
}

func TestAReceiverThatHangsOrIsAway(t *testing.T) {
	release := make(chan struct{})
	c, server := receiver(t, func(http.ResponseWriter, *http.Request) { <-release })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := c.Post(ctx, "a", nil)
	var f *channel.Fault
	require.ErrorAs(t, err, &f)
	require.False(t, f.Never)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	close(release)
	server.Close()
	err = c.Post(t.Context(), "a", nil)
	require.ErrorContains(t, err, "connection refused")
	require.NotContains(t, err.Error(), "hush", "the address may hold a secret")
}

func TestOfALongAnswerNotAllIsRead(t *testing.T) {
	c, _ := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		for range 1 << 12 {
			if _, err := io.WriteString(w, strings.Repeat("ann@shop.example ", 1<<10)); err != nil {
				return
			}
		}
	})
	err := c.Post(t.Context(), "a", nil)
	require.EqualError(t, err, "webhook "+c.Host()+" answered 400 Bad Request")
	var f *channel.Fault
	require.True(t, errors.As(err, &f) && f.Never)
}

func TestWrongSettingsAreNamed(t *testing.T) {
	const key = "WEBHOOK_SECRET is not as expected, whsec_ and 24 to 64 bytes in base64; make one with: echo whsec_$(openssl rand -base64 32)"
	for _, c := range []struct {
		Settings
		wrong string
	}{
		{Settings{"shop.example/hook", secret}, "WEBHOOK_URL is not an address of the web, expected https://host/path"},
		{Settings{"http://shop.example/hook?token=hush", secret}, "WEBHOOK_URL leads to shop.example without encryption, expected https; http is for this machine itself only"},
		{Settings{"https://shop.example/hook", ""}, key},
		{Settings{"https://shop.example/hook", "whsec_c2hvcnQ="}, key},
		{Settings{"https://shop.example/hook", "not base64!"}, key},
	} {
		_, err := New(c.Settings)
		require.EqualError(t, err, c.wrong)
	}
	for _, local := range []string{"http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:9/x", "https://shop.example/x"} {
		_, err := New(Settings{URL: local, Secret: secret})
		require.NoError(t, err, local)
	}
}
