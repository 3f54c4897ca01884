package replay

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// Reader reads journal documents as FromEntry reads entries, several times as fast. It
// is used by one goroutine at a time.
type Reader struct {
	rules profile.Rules
	kinds map[string]*kind   // by the event's type
	came  events.Identifiers // in the event read before
	who   events.Identifiers // in normal form
}

// kind is a type of event, and what an entry with one is read as.
type kind struct {
	event  string
	record reflect.Type
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
	return &Reader{rules: rules, kinds: map[string]*kind{}}
}

// records are what entries are read as, by the event's type, each made when it is
// first met.
var records sync.Map // string to *kind

// kind returns what an entry with an event of the type is read as; nil: the type is
// none of the vocabulary.
func (r *Reader) kind(eventType string) *kind {
	known, ok := records.Load(eventType)
	if !ok {
		e := bare(eventType)
		e.DataEncoded = []byte(`{}`)
		data, err := events.Parse(e)
		if err != nil {
			return nil
		}
		known, _ = records.LoadOrStore(eventType, &kind{eventType, recordOf(reflect.TypeOf(data).Elem())})
	}
	r.kinds[eventType] = known.(*kind)
	return known.(*kind)
}

// read reads a document of the journal. What is not as most are, it leaves to
// FromEntry.
func (r *Reader) read(id string, text []byte) (Event, error) {
	if k := r.kindOf(text); k != nil {
		if e, ok := r.event(id, k, text); ok {
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

var typeKey = []byte(`"type":"`)

// kindOf looks at the type that an entry's document begins with, without reading the
// document; nil: it is none of the vocabulary.
func (r *Reader) kindOf(text []byte) *kind {
	_, rest, _ := bytes.Cut(text, typeKey)
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		return nil
	}
	if k := r.kinds[string(rest[:end])]; k != nil {
		return k
	}
	return r.kind(string(rest[:end]))
}

func (r *Reader) event(id string, k *kind, text []byte) (Event, bool) {
	rec := reflect.New(k.record)
	if json.Unmarshal(text, rec.Interface()) != nil {
		return Event{}, false
	}
	is := func(i int) any { return rec.Elem().Field(i).Addr().Interface() }
	told, at, refused, speaker := *is(0).(*string), *is(1).(*time.Time), *is(2).(*[]string), *is(3).(*events.Identifiers)
	event := rec.Elem().Field(4)
	if told != k.event || at.IsZero() {
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
