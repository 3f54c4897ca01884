package rest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/channel"
)

func provider(t *testing.T, h http.HandlerFunc) *Client {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c := New("desk", server.URL+"/api/", map[string]string{"Authorization": "Bearer hush"})
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func TestWhatIsAskedAndAnswered(t *testing.T) {
	c := provider(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.Equal(t, "POST /api/tickets?a=1", r.Method+" "+r.URL.String())
		require.Equal(t, "Bearer hush", r.Header.Get("Authorization"))
		require.Equal(t, "key", r.Header.Get("Idempotency-Key"))
		require.JSONEq(t, `{"subject":"æ"}`, string(body))
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"id":7}`)
	})
	var made struct{ ID int }
	with := c.With("Idempotency-Key", "key")
	require.NoError(t, with.Call(t.Context(), http.MethodPost, "/tickets?a=1", map[string]string{"subject": "æ"}, &made))
	require.Equal(t, 7, made.ID)
	require.NotContains(t, c.Header, "Idempotency-Key", "it goes with that client's requests only")
}

func TestAnAnswerThatNobodyReadsMayBeAnything(t *testing.T) {
	c := provider(t, func(http.ResponseWriter, *http.Request) {})
	require.NoError(t, c.Call(t.Context(), http.MethodPut, "", nil, nil))
}

func TestWhatIsDoneAboutAnAnswer(t *testing.T) {
	for status, want := range map[int]channel.Fault{
		301: {Never: true}, 400: {Never: true}, 410: {Never: true}, 413: {Never: true}, 422: {Never: true},
		401: {}, 403: {}, 404: {}, 408: {}, 409: {}, 423: {}, 425: {}, 429: {},
		500: {Unsure: true}, 502: {Unsure: true}, 503: {Unsure: true}, 599: {Unsure: true},
	} {
		for retryAfter, after := range map[string]time.Duration{"": 0, "7": 7 * time.Second, "soon": 0} {
			c := provider(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", retryAfter)
				w.Header().Set("Location", "https://elsewhere.example")
				w.WriteHeader(status)
				fmt.Fprint(w, "Ann Holm, ann@shop.example")
			})
			err := c.Call(t.Context(), http.MethodPost, "/x", nil, nil)
			require.EqualError(t, err, strings.TrimSpace(fmt.Sprintf("desk answered %d %s", status, http.StatusText(status))))
			expected := want
			if after > 0 {
				expected = channel.Fault{After: after}
			}
			var f *channel.Fault
			require.ErrorAs(t, err, &f)
			require.Equal(t, expected, channel.Fault{Never: f.Never, Unsure: f.Unsure, After: f.After}, "%d %s", status, retryAfter)
		}
	}
}

func TestAProviderCanSayMoreOfARefusal(t *testing.T) {
	c := provider(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, "LOCKED")
	})
	c.Amend = func(f *channel.Fault, status int, answer []byte) {
		f.Never, f.Err = false, fmt.Errorf("%w: %s, %d", f.Err, answer, status)
	}
	var f *channel.Fault
	require.ErrorAs(t, c.Call(t.Context(), http.MethodGet, "", nil, nil), &f)
	require.EqualError(t, f, "desk answered 400 Bad Request: LOCKED, 400")
	require.False(t, f.Never)
}

func TestAnAnswerThatIsNoneMayStandForWhatWasDone(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"200 with what is no JSON": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>Log in</html>") },
		"EOF":                      func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"no JSON, cut short": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			fmt.Fprint(w, "{")
		},
		"Client.Timeout": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"no JSON, more than 16 MiB": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `"`+strings.Repeat("a", longestAnswer)+`"`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := provider(t, h)
			c.HTTP.Timeout = 2 * time.Second
			var text string
			err := c.Call(t.Context(), http.MethodGet, "/hush", nil, &text)
			var f *channel.Fault
			require.ErrorAs(t, err, &f)
			require.True(t, f.Unsure)
			require.NotContains(t, err.Error(), "hush")
			about, _, _ := strings.Cut(name, ",")
			require.ErrorContains(t, err, about)
		})
	}
}

func TestWhatCannotBeAskedIsNotTriedAgain(t *testing.T) {
	c := New("desk", "https://desk.example", nil)
	for _, err := range []error{
		c.Call(t.Context(), http.MethodPost, "", make(chan int), nil),
		c.Call(t.Context(), http.MethodGet, "/\x7fhush", nil, nil),
	} {
		var f *channel.Fault
		require.True(t, errors.As(err, &f) && f.Never, "%v", err)
		require.NotContains(t, err.Error(), "hush")
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for _, right := range []string{"https://desk.example", "https://desk.example/rt/", "http://127.0.0.1:8080", "http://localhost"} {
		require.NoError(t, Below("DESK_URL", right), right)
	}
	for _, wrong := range []string{"", "desk.example", "http://desk.example", "ftp://desk.example", "https://u:hush@desk.example", "https://desk.example?a=1", "https://desk.example/#a"} {
		err := Below("DESK_URL", wrong)
		require.ErrorContains(t, err, "DESK_URL is ", wrong)
		require.ErrorContains(t, err, "expected https://host/path; http is for this machine itself only")
		require.NotContains(t, err.Error(), "hush")
	}
	require.NoError(t, Token("DESK_TOKEN", "1-14-aB_"))
	for _, wrong := range []string{"", "Bearer hush", "hush\n", "hush\r\nX: y", "hüsh"} {
		require.EqualError(t, Token("DESK_TOKEN", wrong), "DESK_TOKEN is not as expected, letters, digits, - and _, as it was shown once")
	}
}
