package crm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

const token = "pat-eu1-0000aaaa-1111-2222-3333-444455556666"

// account is a HubSpot account. It takes what HubSpot's API description allows, and
// answers as it says; either that is not so fails the test.
type account struct {
	*testing.T
	paths map[string]struct {
		Asks    string            `json:"asks"`
		Answers map[string]string `json:"answers"`
	}
	schemas map[string]*jsonschema.Schema
	fail    func(request string, body []byte) (status int, header http.Header, answer any) // 0: do it

	mu       sync.Mutex
	requests []string // method and path, as they came
	at       []time.Time
	contacts map[string]map[string]string // by e-mail address
	ids      map[string]string            // of contacts, by e-mail address
	tasks    map[string]task              // by id
}

type task struct {
	contact    string
	properties map[string]string
}

func opened(t *testing.T) *account {
	text, err := os.ReadFile("testdata/hubspot.json")
	require.NoError(t, err)
	a := &account{T: t, schemas: map[string]*jsonschema.Schema{},
		contacts: map[string]map[string]string{}, ids: map[string]string{}, tasks: map[string]task{}}
	require.NoError(t, json.Unmarshal(text, &struct{ Paths any }{&a.paths}))
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("hubspot.json", doc))
	for name := range doc.(map[string]any)["$defs"].(map[string]any) {
		a.schemas[name] = c.MustCompile("hubspot.json#/$defs/" + name)
	}
	return a
}

// valid tells whether a text is as the description has it.
func (a *account) valid(what string, text []byte) bool {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err == nil {
		err = a.schemas[what].Validate(value)
	}
	if err != nil {
		a.Errorf("%s: %v: %s", what, err, text)
	}
	return err == nil
}

var contactPath = regexp.MustCompile(`^GET /contacts/\d+\?associations=tasks$`)

// ServeHTTP implements http.Handler.
func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		a.Error(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	path, _ := strings.CutPrefix(r.URL.RequestURI(), "/crm/v3/objects")
	request := r.Method + " " + path
	a.requests, a.at = append(a.requests, request), append(a.at, time.Now())
	name := contactPath.ReplaceAllString(request, "GET /contacts/{id}")
	known, ok := a.paths[name]
	switch {
	case r.Header.Get("Authorization") != "Bearer "+token:
		a.answer(w, "error", http.StatusUnauthorized, nil, wrong("INVALID_AUTHENTICATION", "The token is expired"))
		return
	case !ok:
		a.Errorf("there is no %s", request)
		w.WriteHeader(http.StatusNotFound)
		return
	case known.Asks != "" && !a.valid(known.Asks, body):
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if a.fail != nil {
		if status, header, answer := a.fail(name, body); status != 0 {
			what := known.Answers[fmt.Sprint(status)]
			if what == "" {
				what = "error"
			}
			a.answer(w, what, status, header, answer)
			return
		}
	}
	status, answer := a.do(name, request, body)
	a.answer(w, known.Answers[fmt.Sprint(status)], status, nil, answer)
}

func (a *account) answer(w http.ResponseWriter, what string, status int, header http.Header, answer any) {
	text, err := json.Marshal(answer)
	if err != nil {
		a.Error(err)
	}
	a.valid(what, text)
	for k, v := range header {
		w.Header()[k] = v
	}
	w.WriteHeader(status)
	w.Write(text) //nolint:errcheck // a test's
}

func (a *account) do(name, request string, body []byte) (int, any) {
	switch name {
	case "POST /contacts/batch/upsert":
		var asked struct{ Inputs []upsert }
		json.Unmarshal(body, &asked) //nolint:errcheck // it is valid
		results := []any{}
		for _, u := range asked.Inputs {
			results = append(results, a.upserted(u))
		}
		return http.StatusOK, done(results)
	case "POST /tasks":
		var o object
		json.Unmarshal(body, &o) //nolint:errcheck // it is valid
		if types := o.Associations[0].Types; len(types) != 1 || types[0] != (typeOfIt{"HUBSPOT_DEFINED", 204}) {
			a.Errorf("that is not how a task is associated with a contact: %v", types)
		}
		id := fmt.Sprint(9000 + len(a.tasks))
		a.tasks[id] = task{o.Associations[0].To.ID, o.Properties}
		return http.StatusCreated, kept(id, o.Properties)
	case "GET /contacts/{id}":
		id := strings.Trim(contactID.FindString(request), "/?")
		results := []any{}
		for task, x := range a.tasks {
			if x.contact == id {
				results = append(results, map[string]string{"id": task, "type": "contact_to_task"})
			}
		}
		o := kept(id, map[string]string{})
		o["associations"] = map[string]any{"tasks": map[string]any{"results": results}}
		return http.StatusOK, o
	}
	var asked struct{ Inputs []object }
	json.Unmarshal(body, &asked) //nolint:errcheck // it is valid
	results := []any{}
	for _, o := range asked.Inputs {
		results = append(results, kept(o.ID, a.tasks[o.ID].properties))
	}
	return http.StatusOK, done(results)
}

var contactID = regexp.MustCompile(`/\d+\?`)

func (a *account) upserted(u upsert) map[string]any {
	id, there := a.ids[u.ID]
	if !there {
		id = fmt.Sprint(500 + len(a.ids))
		a.ids[u.ID], a.contacts[u.ID] = id, map[string]string{}
	}
	for k, v := range u.Properties {
		a.contacts[u.ID][k] = v
	}
	o := kept(id, a.contacts[u.ID])
	o["new"], o["objectWriteTraceId"] = !there, u.Trace
	return o
}

const someTime = "2026-03-11T12:00:00Z"

func kept(id string, properties map[string]string) map[string]any {
	return map[string]any{"id": id, "properties": properties, "createdAt": someTime, "updatedAt": someTime}
}

func done(results []any, errors ...any) map[string]any {
	d := map[string]any{"status": "COMPLETE", "results": results, "startedAt": someTime, "completedAt": someTime}
	if len(errors) > 0 {
		d["numErrors"], d["errors"] = len(errors), errors
	}
	return d
}

func wrong(category, message string) map[string]any {
	return map[string]any{"status": "error", "category": category, "message": message, "correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf"}
}
