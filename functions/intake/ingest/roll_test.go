package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store/memory"
)

func TestSourcesThatAreNotAsExpectedAreRefusedAtTheStart(t *testing.T) {
	const most = "sources: [/shop], types: [a]"
	for name, c := range map[string]struct{ sources, says string }{
		"no name":             {`- {keys: [` + webKey + `], ` + most + `}`, `source 1 of the list: name is "", expected 1 to 64 small letters, digits, - and _`},
		"a name of a path":    {`- {name: a/b, keys: [` + webKey + `], ` + most + `}`, `name is "a/b", expected`},
		"the same name":       {`[{name: a, keys: [` + webKey + `], ` + most + `}, {name: a, keys: [` + tillKey + `], ` + most + `}]`, `source 2 of the list: name "a" is there twice`},
		"no key":              {`- {name: a, ` + most + `}`, "keys and subject are both missing, expected at least one"},
		"three keys":          {`- {name: a, keys: [` + webKey + `, ` + newKey + `, ` + tillKey + `], ` + most + `}`, "keys are 3, expected at most 2"},
		"a key that is none":  {`- {name: a, keys: [whsec_c2VjcmV0], ` + most + `}`, "a key is not as expected, whsec_ and 24 to 64 bytes in base64"},
		"another's key":       {`[{name: a, keys: [` + webKey + `], ` + most + `}, {name: b, keys: [` + webKey + `], ` + most + `}]`, "b has a key of a, expected keys of its own"},
		"keys without list":   {`- {name: a, keys: ` + webKey + `, ` + most + `}`, "expected a list of sources in YAML: yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str … into []string"},
		"nothing to send as":  {`- {name: a, keys: [` + webKey + `], types: [a]}`, "sources are missing"},
		"no type to send":     {`- {name: a, keys: [` + webKey + `], sources: [/shop]}`, "types are missing"},
		"an empty one":        {`- {name: a, keys: [` + webKey + `], sources: [""], types: [a]}`, "sources are missing or one is empty"},
		"* in the middle":     {`- {name: a, keys: [` + webKey + `], sources: [/*/a], types: [a]}`, `sources has "/*/a", expected * at its end only`},
		"redthread's type":    {`- {name: a, keys: [` + webKey + `], sources: [/a], types: [dev.redthread.timer.due.v1]}`, "which functions say to each other"},
		"a rate below 0":      {`- {name: a, keys: [` + webKey + `], ` + most + `, rate: -1}`, "rate is -1 and burst -2, expected more than 0"},
		"a rate that is none": {`- {name: a, keys: [` + webKey + `], ` + most + `, rate: .nan}`, "rate is NaN"},
		"an unknown field":    {`- {name: a, key: x}`, "field key not found"},
		"no list":             {`name: a`, "expected a list of sources in YAML"},
		"no YAML":             {"- *whsec_AAAA", "expected a list of sources in YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Spec.New(function.Env{Override: map[string]map[string]string{"ingest": {"SOURCES": c.sources}}})
			require.ErrorContains(t, err, "settings of ingest: SOURCES: ")
			require.ErrorContains(t, err, c.says)
			for _, key := range []string{webKey[6:], newKey[6:], tillKey[6:], "c2VjcmV0"} {
				require.NotContains(t, err.Error(), key[:4], "it is a secret")
			}
		})
	}
}

func TestSourcesAreInOnePlace(t *testing.T) {
	_, err := Spec.New(function.Env{Override: map[string]map[string]string{"ingest": {"SOURCES": roster, "SOURCES_FILE": "x"}}})
	require.EqualError(t, err, "settings of ingest: SOURCES and SOURCES_FILE are both set, expected one of them")
}

func TestNoBatchIsFasterThanItsSourceMayBe(t *testing.T) {
	named, err := parse([]byte(`- {name: a, keys: [`+webKey+`], sources: [/a], types: [a], rate: 50}`), nil)
	require.NoError(t, err)
	sent, now := 0, time.Unix(0, 0)
	for end := now.Add(10 * time.Minute); now.Before(end); now = now.Add(100 * time.Millisecond) {
		if named["a"].late(500, now) == 0 {
			sent += 500
		}
	}
	require.InDelta(t, 50*600, sent, 500)
}

// mounted writes sources to a file as a mounted secret changes: another file takes its
// place.
func mounted(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(file+".new", []byte(text), 0o600))
	require.NoError(t, os.Rename(file+".new", file))
}

func TestKeysAreRotatedWhileItRuns(t *testing.T) {
	const rest = `sources: [/shop/web], types: ["*"]`
	file := filepath.Join(t.TempDir(), "sources.yaml")
	mounted(t, file, `- {name: webshop, keys: [`+webKey+`], `+rest+`}`)
	r, err := newRoll(settings{File: file}, nil)
	require.NoError(t, err)
	now := time.Now()
	c := &town{t: t}
	c.server = sited(t, nil).server
	good := func(key string) bool {
		req := c.request("webshop", key, "m-1", "x", time.Now())
		_, err := r.source("webshop", now).keys.Verify(req.Header, []byte("x"))
		return err == nil
	}
	require.True(t, good(webKey))
	before := r.source("webshop", now)
	require.Zero(t, before.late(60, now))

	mounted(t, file, `- {name: webshop, keys: [`+newKey+`, `+webKey+`], `+rest+`}`)
	require.False(t, good(newKey), "the file is not looked at each time")
	now = now.Add(glance)
	require.True(t, good(newKey) && good(webKey), "both, while they are rotated")
	require.Same(t, before.pace, r.source("webshop", now).pace, "what was used of the rate stays used")

	mounted(t, file, `- {name: webshop, keys: [broken], `+rest+`}`)
	now = now.Add(glance)
	require.True(t, good(newKey) && good(webKey), "a file that is broken changes nothing")
	require.NoError(t, os.Remove(file))
	now = now.Add(glance)
	require.True(t, good(newKey) && good(webKey), "nor one that is gone")

	mounted(t, file, `- {name: webshop, keys: [`+newKey+`], rate: 7, `+rest+`}`)
	now = now.Add(glance)
	require.True(t, good(newKey))
	require.False(t, good(webKey), "the old key is good no more")
	require.NotSame(t, before.pace, r.source("webshop", now).pace)
	mounted(t, file, "")
	require.Nil(t, r.source("webshop", now.Add(glance)), "a source that is taken off is nobody")
}

func TestASourceSendsOnlyWhatItMay(t *testing.T) {
	s, err := newSource(entry{Name: "a", Keys: []string{webKey}, Sources: []string{"/shop", "/till/*"}, Types: []string{"a.b", "dev.redthread.*"}})
	require.NoError(t, err)
	for _, c := range []struct {
		source, kind string
		may          bool
	}{
		{"/shop", "a.b", true}, {"/till/7", "a.b", true}, {"/till/", "a.b", true},
		{"/shop/", "a.b", false}, {"/shops", "a.b", false}, {"/till", "a.b", false}, {"/Till/7", "a.b", false}, {"", "a.b", false},
		{"/shop", "a.b.c", false}, {"/shop", "a", false}, {"/shop", "dev.redthread.basket.updated.v1", true},
		{"/shop", "dev.redthread.action.requested.v1", false}, {"/shop", "dev.redthread.timer.due.v1", false}, {"/shop", "dev.redthread.message.bounced.v1", true},
	} {
		e := events.Event{}
		e.SetSpecVersion("1.0")
		e.SetSource(c.source)
		e.SetType(c.kind)
		require.Equal(t, c.may, s.may(e) == nil, "%+v", c)
	}
}

// Whatever the prefixes, what matches is what begins with one or is it.
func TestAStarStandsForAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-c/]{0,6}`).Draw(t, "text")
		prefix := rapid.StringMatching(`[a-c/]{1,3}`).Draw(t, "prefix")
		require.Equal(t, strings.HasPrefix(text, prefix), fits([]string{prefix + "*"}, text))
		require.Equal(t, text == prefix, fits([]string{prefix}, text))
	})
}

func FuzzSources(f *testing.F) {
	f.Add(roster)
	f.Add("- {name: a, keys: whsec_" + strings.Repeat("A", 40) + "}")
	f.Add("- {name: a keys whsec_" + strings.Repeat("A", 40) + "}")
	f.Add("- {name: a, types: [a*whsec_" + strings.Repeat("A", 40) + "], sources: [a], keys: [b]}")
	f.Add("[[],{}]")
	f.Fuzz(func(t *testing.T, text string) {
		named, err := parse([]byte(text), nil)
		if err != nil {
			require.NotContains(t, err.Error(), "whsec_AAAA")
			return
		}
		for name, s := range named {
			require.Equal(t, name, s.Name)
			require.True(t, len(s.Keys) > 0 || s.Subject != "")
			require.LessOrEqual(t, len(s.Keys), mostKeys)
			require.NotEmpty(t, s.Types)
			require.Positive(t, s.pace.Burst())
		}
	})
}

// FuzzPosts: whatever is posted, without the key nothing of it comes to the broker.
func FuzzPosts(f *testing.F) {
	f.Add("webshop", "m-1", "1700000000", "v1,AAAA", "application/cloudevents+json", "Bearer x", opened("/shop/web", "1"))
	f.Add("crm", "", "+1", "v1,", "application/cloudevents-batch+json; x", "Bearer a.b.c", "[]")
	f.Add("..", "\x00", "9e9", " , ,", "a/b;", "bearer", "")
	g := &gate{env: function.Env{Store: memory.New(), Now: time.Now}, batch: 3}
	var err error
	g.roll, err = newRoll(settings{Sources: roster}, nil)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, source, id, at, signature, contentType, authorization, body string) {
		status := answered(g, source, body, map[string]string{"Webhook-Id": id, "Webhook-Timestamp": at, "Webhook-Signature": signature,
			"Content-Type": contentType, "Authorization": authorization})
		require.Contains(t, []int{401, 413}, status)
	})
}
