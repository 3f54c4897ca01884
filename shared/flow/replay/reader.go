package replay

import (
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
	kinds map[string]reflect.Type // what an entry is read as, by the event's type
	came  events.Identifiers      // in the event read before
	who   events.Identifiers      // in normal form
}

// recordOf is the type of what a journal entry's document says that replaying needs,
// see profile.Entry, when its event has data of that type.
func recordOf(data reflect.Type) reflect.Type {
	field := func(name, key string, t reflect.Type) reflect.StructField {
		return reflect.StructField{Name: name, Type: t, Tag: reflect.StructTag(`json:"` + key + `"`)}
	}
	event := reflect.StructOf([]reflect.StructField{
		field("Channel", "channel", reflect.TypeFor[string]()),
		field("Data", "data", data),
	})
	return reflect.StructOf([]reflect.StructField{
		field("Type", "type", reflect.TypeFor[string]()),
		field("Time", "time", reflect.TypeFor[time.Time]()),
		field("Refused", "refused", reflect.TypeFor[[]string]()),
		field("Speaker", "speaker", reflect.TypeFor[events.Identifiers]()),
		field("Event", "event", event),
	})
}

// NewReader returns a reader that understands identifiers by the rules.
func NewReader(rules profile.Rules) *Reader {
	r := &Reader{rules: rules, kinds: map[string]reflect.Type{}}
	for _, t := range events.Types() {
		e := bare(t)
		e.DataEncoded = []byte(`{}`)
		if data, err := events.Parse(e); err == nil {
			r.kinds[t] = recordOf(reflect.TypeOf(data).Elem())
		}
	}
	return r
}

// read reads a document of the journal. What is not as most are, it leaves to
// FromEntry.
func (r *Reader) read(id string, text []byte) (Event, error) {
	if eventType, ok := typeIn(text); ok && r.kinds[eventType] != nil {
		if e, ok := r.event(id, eventType, text); ok {
			return e, nil
		}
	}
	entry, err := profile.ReadEntry(store.Document{Key: profile.JournalKey(id), Version: 1, Data: text})
	if err != nil {
		return Event{}, err
	}
	e, err := FromEntry(entry, r.rules)
	if err != nil {
		return e, fmt.Errorf("read journal: %w", err)
	}
	return e, nil
}

func (r *Reader) event(id, eventType string, text []byte) (Event, bool) {
	rec := reflect.New(r.kinds[eventType])
	if quick.Unmarshal(text, rec.Interface()) != nil {
		return Event{}, false
	}
	is := func(i int) any { return rec.Elem().Field(i).Addr().Interface() }
	told, at, refused, speaker := *is(0).(*string), *is(1).(*time.Time), *is(2).(*[]string), *is(3).(*events.Identifiers)
	event := rec.Elem().Field(4)
	if told != eventType || at.IsZero() {
		return Event{}, false
	}
	e := Event{ID: id, At: at.UTC(), In: at.UTC(), channel: strings.Clone(event.Field(0).String())}
	e.Data = event.Field(1).Addr().Interface().(events.Data)
	e.who = r.identifiers(e.Data)
	if len(refused) > 0 || len(speaker) > 0 {
		e.who = profile.Entry{Refused: refused, Speaker: speaker}.Taken(e.who)
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
