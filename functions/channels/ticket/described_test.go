package ticket

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/profile"
)

// described is a provider that takes what its API's description allows, and answers as that
// says; either that is not so fails the test.
type described struct {
	*testing.T
	paths map[string]struct {
		Asks       string
		Parameters []string
		Answers    map[string]string
	}
	schemas map[string]*jsonschema.Schema
	url     string
	plain   func(r *http.Request) (name string, knows bool) // the request as the description names it, and whether it says who asks
	do      func(name string, r *http.Request, body []byte) (status int, answer any)
	fail    func(name string) (status int, header http.Header, answer any) // 0: do it
	lose    string                                                         // what is done, though its answer gets lost, once

	mu       sync.Mutex
	requests []string // names, as they came
}

// describe reads testdata/NAME.json and serves it.
func describe(t *testing.T, name string) *described {
	text, err := os.ReadFile("testdata/" + name + ".json")
	require.NoError(t, err)
	d := &described{T: t, schemas: map[string]*jsonschema.Schema{}}
	require.NoError(t, json.Unmarshal(text, &struct{ Paths any }{&d.paths}))
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource(name, doc))
	for def := range doc.(map[string]any)["$defs"].(map[string]any) {
		d.schemas[def] = c.MustCompile(name + "#/$defs/" + def)
	}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

// valid tells whether a text is as the description has it.
func (d *described) valid(what string, text []byte) bool {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err == nil {
		err = d.schemas[what].Validate(value)
	}
	if err != nil {
		d.Errorf("%s: %v: %s", what, err, text)
	}
	return err == nil
}

// ServeHTTP implements http.Handler.
func (d *described) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		d.Error(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	name, knows := d.plain(r)
	d.requests = append(d.requests, name)
	known, ok := d.paths[name]
	for parameter := range r.URL.Query() {
		ok = ok && slices.Contains(known.Parameters, parameter)
	}
	switch {
	case !knows:
		d.answer(w, "error", http.StatusUnauthorized, nil, map[string]string{"error": "Couldn't authenticate you"})
		return
	case !ok:
		d.Errorf("there is no %s %s", r.Method, r.URL)
		w.WriteHeader(http.StatusNotFound)
		return
	case known.Asks != "" && !d.valid(known.Asks, body):
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if d.fail != nil {
		if status, header, answer := d.fail(name); status != 0 {
			d.answer(w, "error", status, header, answer)
			return
		}
	}
	status, answer := d.do(name, r, body)
	if d.lose == name {
		d.lose = ""
		panic(http.ErrAbortHandler)
	}
	what := known.Answers[fmt.Sprint(status)]
	if what == "" {
		what = "error"
	}
	d.answer(w, what, status, nil, answer)
}

func (d *described) answer(w http.ResponseWriter, what string, status int, header http.Header, answer any) {
	text, err := json.Marshal(answer)
	if err != nil {
		d.Error(err)
	}
	d.valid(what, text)
	for k, v := range header {
		w.Header()[k] = v
	}
	w.WriteHeader(status)
	if answer != nil {
		w.Write(text) //nolint:errcheck // a test's
	}
}

// numbered is a path with {id} for each number in it.
func numbered(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if part != "" && strings.Trim(part, "0123456789") == "" {
			parts[i] = "{id}"
		}
	}
	return strings.Join(parts, "/")
}

// desked is a shop whose tickets go to a provider, and its customer.
func desked(t *testing.T, settings map[string]string) *channeltest.Shop {
	s := channeltest.Open(t, Spec, settings)
	s.Keep(holm())
	return s
}

func holm() profile.Profile {
	p := channeltest.Customer(channeltest.Ann, "email:ann@shop.example", "instagram:ann")
	p.Traits = map[string]profile.Trait{}
	for name, value := range map[string]string{events.TraitFirstName: "Ann", events.TraitLastName: "Holm"} {
		p.Traits[name] = profile.Trait{Said: profile.Said{Value: value}, Declared: true}
	}
	return p
}
