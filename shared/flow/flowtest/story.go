// Package flowtest plays stories: txtar files that tell, event by event, what a
// flow did for a customer, which a marketer can read and write.
package flowtest

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"

	"redthread.dev/events"
)

// story is one txtar file. Its prose comes first, then in this order, all optional
// but the events and the outcome:
//
//	-- settings --              settings of the flow, NAME: value
//	-- catalogue --             a list of product.changed, store.changed and stock.changed
//	-- bought together --       a list of what was bought before: {baskets: how many, of: [products of each]}
//	-- 2026-03-02 10:00 basket.updated --   an event's data, as YAML or JSON
//	-- 2026-03-05 12:00 --      time passes until then; what is told above has arrived
//	-- outcome --               what came of it; written by go test -update
//
// Times are Copenhagen's. Events that the flow does not listen to are folded into
// the profile all the same, as collect does; those about the catalogue change it from then on.
type story struct {
	file      string
	archive   *txtar.Archive
	settings  map[string]string
	catalogue []map[string]any
	bought    []bought
	steps     []step
	outcome   string
}

// bought is how many baskets held just these products.
type bought struct {
	Baskets int      `yaml:"baskets"`
	Of      []string `yaml:"of"`
}

// step is an event at a time, or only the time.
type step struct {
	at    time.Time
	event *events.Event
}

const source = "/shop"

var copenhagen = sync(time.LoadLocation("Europe/Copenhagen"))

func sync[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func read(t testing.TB, file string) *story {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	s := &story{file: file, archive: txtar.Parse(text), settings: map[string]string{}}
	require.NotEmpty(t, strings.TrimSpace(string(s.archive.Comment)), "%s: say in prose first what happens", file)
	for _, f := range s.archive.Files {
		require.NoError(t, s.take(f), "%s: -- %s --", file, f.Name)
	}
	require.NotEmpty(t, s.steps, "%s: nothing happens", file)
	return s
}

func (s *story) take(f txtar.File) error {
	switch f.Name {
	case "settings":
		return yaml.Unmarshal(f.Data, &s.settings)
	case "catalogue":
		return yaml.Unmarshal(f.Data, &s.catalogue)
	case "bought together":
		return yaml.Unmarshal(f.Data, &s.bought)
	case "outcome":
		s.outcome = string(f.Data)
		return nil
	}
	words := strings.Fields(f.Name)
	if len(words) < 2 || len(words) > 3 {
		return fmt.Errorf("expected settings, catalogue, bought together, outcome, or a day, a time and an event type")
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", words[0]+" "+words[1], copenhagen)
	if err != nil {
		return err
	}
	if n := len(s.steps); n > 0 && at.Before(s.steps[n-1].at) {
		return fmt.Errorf("it comes before what is told above it")
	}
	next := step{at: at}
	if len(words) == 3 {
		e, err := s.event(at, words[2], f.Data)
		if err != nil {
			return err
		}
		next.event = &e
	}
	s.steps = append(s.steps, next)
	return nil
}

// event makes an event of a step. Steps that name no customer are about Mette, the
// customer of all stories.
func (s *story) event(at time.Time, short string, data []byte) (events.Event, error) {
	typ := events.Prefix + short + ".v1"
	if !events.Known(typ) {
		return events.Event{}, fmt.Errorf("%s is no event type", short)
	}
	fields := map[string]any{}
	if err := yaml.Unmarshal(data, &fields); err != nil {
		return events.Event{}, err
	}
	if _, ok := fields["customer"]; !ok {
		fields["customer"] = map[string]any{"login": "mette"}
	}
	return makeEvent(source, fmt.Sprintf("%s-%d", short, len(s.steps)+1), at, typ, fields)
}

func makeEvent(source, id string, at time.Time, typ string, fields map[string]any) (events.Event, error) {
	body, err := json.Marshal(fields)
	if err != nil {
		return events.Event{}, err
	}
	e, err := events.New(source, id, at.UTC(), raw{typ, body})
	if err != nil {
		return e, err
	}
	return e, events.Check(e, at)
}

// raw is data that is JSON already.
type raw struct {
	typ  string
	body json.RawMessage
}

func (r raw) Type() string                 { return r.typ }
func (r raw) MarshalJSON() ([]byte, error) { return r.body, nil }
