package replay

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/flow/replay/internal/quick"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// Reader reads journal documents as FromEntry reads entries, several times as fast. It
// is used by one goroutine at a time.
type Reader struct {
	rules profile.Rules
	json  *quick.Reader
	known map[string]customer // by the JSON of their identifiers
	last  *customer           // in what was read last
	kinds map[string]reflect.Type
}

// customer is the identifiers of an event, as they came and in normal form.
type customer struct{ came, normal events.Identifiers }

// mostKnown bounds what a Reader remembers.
const mostKnown = 50_000

// NewReader returns a reader that understands identifiers by the rules.
func NewReader(rules profile.Rules) *Reader {
	r := &Reader{rules: rules, json: quick.NewReader(), known: map[string]customer{}, kinds: map[string]reflect.Type{}}
	quick.Special(r.json, r.identifiers)
	for _, t := range events.Types() {
		e := bare(t)
		e.DataEncoded = []byte(`{}`)
		if data, err := events.Parse(e); err == nil {
			r.kinds[t] = reflect.TypeOf(data).Elem()
		}
	}
	return r
}

// identifiers reads a customer. The same ones come many times.
func (r *Reader) identifiers(text string) (events.Identifiers, error) {
	if c, ok := r.known[text]; ok {
		r.last = &c
		return c.came, nil
	}
	var c customer
	if err := json.Unmarshal([]byte(text), &c.came); err != nil {
		return nil, err
	}
	c.normal = r.rules.Identifiers(&events.CustomerIdentified{Common: events.Common{Customer: maps.Clone(c.came)}})
	if len(r.known) == mostKnown {
		clear(r.known)
	}
	r.known[strings.Clone(text)] = c
	r.last = &c
	return c.came, nil
}

// record is what a journal entry's document says that replaying needs; see
// profile.Entry.
type record struct {
	Type    string            `json:"type"`
	Time    time.Time         `json:"time"`
	Refused []string          `json:"refused"`
	Speaker map[string]string `json:"speaker"`
	Event   struct {
		Channel string     `json:"channel"`
		Data    quick.Text `json:"data"`
	} `json:"event"`
}

// Read reads a document of the journal. What is not as most are, it leaves to
// FromEntry.
func (r *Reader) Read(d store.Document) (Event, error) {
	var rec record
	if r.json.Read(string(d.Data), &rec) == nil && rec.Event.Data != "" && r.kinds[rec.Type] != nil {
		if e, ok := r.event(d.Key.ID, &rec); ok {
			return e, nil
		}
	}
	entry, err := profile.ReadEntry(d)
	if err != nil {
		return Event{}, err
	}
	e, err := FromEntry(entry, r.rules)
	if err != nil {
		return e, fmt.Errorf("read journal: %w", err)
	}
	return e, nil
}

func (r *Reader) event(id string, rec *record) (Event, bool) {
	at := rec.Time.UTC()
	e := Event{ID: id, At: at, In: at, channel: strings.Clone(rec.Event.Channel)}
	data := reflect.New(r.kinds[rec.Type]).Interface().(events.Data)
	r.last = nil
	// A copy, so that the event keeps the data alive and not the whole document.
	if r.json.Read(strings.Clone(string(rec.Event.Data)), data) != nil {
		return e, false
	}
	e.Data = data
	if _, handle := data.(*events.SocialMentioned); r.last != nil && !handle {
		e.who = r.last.normal
	} else {
		e.who = r.rules.Identifiers(data)
	}
	if len(rec.Refused) > 0 || len(rec.Speaker) > 0 {
		e.who = profile.Entry{Refused: rec.Refused, Speaker: rec.Speaker}.Taken(e.who)
	}
	return e, true
}
