package replay

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/internal/quick"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// Reader reads journal documents as FromEntry reads entries, several times as fast. It
// is used by one goroutine at a time.
type Reader struct {
	rules profile.Rules
	kinds map[string]reflect.Type // of the events' data
	came  events.Identifiers      // in the event read before
	who   events.Identifiers      // in normal form
}

// record is what a journal entry's document says that replaying needs; see
// profile.Entry.
type record struct {
	Type    string             `json:"type"`
	Time    time.Time          `json:"time"`
	Refused []string           `json:"refused"`
	Speaker events.Identifiers `json:"speaker"`
	Event   struct {
		Channel string          `json:"channel"`
		Data    json.RawMessage `json:"data"`
	} `json:"event"`
}

// NewReader returns a reader that understands identifiers by the rules.
func NewReader(rules profile.Rules) *Reader {
	r := &Reader{rules: rules, kinds: map[string]reflect.Type{}}
	for _, t := range events.Types() {
		e := bare(t)
		e.DataEncoded = []byte(`{}`)
		if data, err := events.Parse(e); err == nil {
			r.kinds[t] = reflect.TypeOf(data).Elem()
		}
	}
	return r
}

// Read reads a document of the journal. What is not as most are, it leaves to
// FromEntry.
func (r *Reader) Read(d store.Document) (Event, error) {
	var rec record
	if quick.Unmarshal(d.Data, &rec) == nil && len(rec.Event.Data) > 0 && r.kinds[rec.Type] != nil {
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
	if quick.Unmarshal(rec.Event.Data, data) != nil {
		return e, false
	}
	e.Data, e.who = data, r.identifiers(data)
	if len(rec.Refused) > 0 || len(rec.Speaker) > 0 {
		e.who = profile.Entry{Refused: rec.Refused, Speaker: rec.Speaker}.Taken(e.who)
	}
	return e, true
}

// identifiers returns them in normal form. The same ones come many times in a row.
func (r *Reader) identifiers(data events.Data) events.Identifiers {
	from, ok := data.(events.FromSource)
	if !ok {
		return nil
	}
	if _, handle := data.(*events.SocialMentioned); handle {
		return r.rules.Identifiers(data)
	}
	if came := from.Shared().Customer; r.who == nil || !maps.Equal(came, r.came) {
		r.came, r.who = came, r.rules.Identifiers(data)
	}
	return r.who
}
