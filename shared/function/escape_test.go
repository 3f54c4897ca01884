package function

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
)

func TestAttributesInHeadersAreReadAsTheyAreMeant(t *testing.T) {
	for name, c := range map[string]struct {
		header, want string
		refused      bool
	}{
		"the specification's example":    {"Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀", false},
		"lower-case codes":               {"%e2%82%ac", "€", false},
		"encoded without need":           {"%41%42", "AB", false},
		"one round only":                 {"%2541", "%41", false},
		"quoted":                         {`"Euro € \"x\" \\"`, `Euro € "x" \`, false},
		"quoted, then encoded":           {`"a%20b"`, "a b", false},
		"not encoded at all":             {"Euro €", "Euro €", false},
		"a percent sign of its own":      {"100% of 5%", "100% of 5%", false},
		"quotes in the middle":           {`5" screen`, `5" screen`, false},
		"an overlong code":               {"%C0%A0", "", true},
		"half a letter":                  {"%E2%82", "", true},
		"a plain one beside (no change)": {"abc", "abc", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
			r.Header = with(http.Header{"Ce-Subject": {c.header}, "Ce-Flow": {c.header}})
			es, err := Decode(httptest.NewRecorder(), r)
			if c.refused {
				require.ErrorContains(t, err, "is not UTF-8 when its percent-encoding is undone")
				require.Equal(t, http.StatusBadRequest, Status(err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, es[0].Subject())
			require.Equal(t, c.want, events.Extension(es[0], "flow"))
		})
	}
}

func TestAHeaderThatNamesNoAttributeIsRefused(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
	r.Header = with(http.Header{"Ce-": {"x"}})
	_, err := Decode(httptest.NewRecorder(), r)
	require.EqualError(t, err, `not a CloudEvent: the header "Ce-" names no attribute`)
}

// What is written is printable ASCII, and read again the same: in replies that are
// written plainly, by the SDK, and in what is sent to the broker.
func TestAnyAttributeComesThroughHeaders(t *testing.T) {
	answers := httptest.NewServer(Handler(echo))
	defer answers.Close()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[^\x00-\x1f\x7f-\x9f]{1,12}`).Draw(t, "value")
		written := escape(value)
		require.NotRegexp(t, `[^!-~]|"`, written)
		read, ok := unescape(written)
		require.True(t, ok)
		require.Equal(t, value, read)
	})
	var got http.Header
	broker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		w.WriteHeader(http.StatusAccepted)
	}))
	defer broker.Close()
	e, err := events.New("/butik/åby", "100%", events.Event{}.Time(), &events.AppOpened{})
	require.NoError(t, err)
	e.SetSubject(`Æble "og" €`)
	require.NoError(t, Sink(broker.URL)(t.Context(), e))
	require.Equal(t, "%C3%86ble%20%22og%22%20%E2%82%AC", got.Get("ce-subject"))
	require.Equal(t, "100%25", got.Get("ce-id"))

	got.Del("Content-Length")
	for name, body := range map[string]string{"plainly": "{}", "by the SDK": ""} {
		r, err := http.NewRequest(http.MethodPost, answers.URL, strings.NewReader(body))
		require.NoError(t, err)
		r.Header = got
		res, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, res.Body)
		require.NoError(t, err)
		res.Body.Close()
		require.Equal(t, got.Get("ce-subject"), res.Header.Get("ce-subject"), name)
		require.Equal(t, got.Get("ce-id"), res.Header.Get("ce-id"), name)
	}
}
