package replay

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
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
	kinds map[string]*kind // by the event's type
	// What the event read before begins with, when that is whose it is; the same come many
	// times in a row.
	begins    []byte
	came, who events.Identifiers // as it says, and in normal form
	room      []byte             // what the texts of events are put into: these stay there
}

// roomSize is how much room for texts is made at once, in bytes.
const roomSize = 64 << 10

// kind is a type of event, and what data of it is read as.
type kind struct {
	event string
	data  reflect.Type
	plan  bool // see events.Plan
}

// NewReader returns a reader that understands identifiers by the rules.
func NewReader(rules profile.Rules) *Reader {
	return &Reader{rules: rules, kinds: map[string]*kind{}}
}

// kinds are all that were met so far, by the event's type.
var kinds sync.Map // string to *kind

// kind returns the kind of that type; nil: the type is none of the vocabulary.
func (r *Reader) kind(eventType []byte) *kind {
	if known := r.kinds[string(eventType)]; known != nil {
		return known
	}
	known, ok := kinds.Load(string(eventType))
	if !ok {
		e := bare(string(eventType))
		e.DataEncoded = []byte(`{}`)
		data, err := events.Parse(e)
		if err != nil {
			return nil
		}
		_, plan := data.(events.Plan)
		known, _ = kinds.LoadOrStore(e.Type(), &kind{e.Type(), reflect.TypeOf(data).Elem(), plan})
	}
	r.kinds[string(eventType)] = known.(*kind)
	return known.(*kind)
}

// Read reads a document of the journal.
func (r *Reader) Read(d store.Document) (Event, error) {
	o := r.documentOf(&d)
	return r.read(&o)
}

// read reads a document of the journal. What is not as most are, it leaves to
// FromEntry.
func (r *Reader) read(d *document) (Event, error) {
	if e, ok := r.event(d); ok {
		e.addressed = !d.planned.IsZero()
		return e, nil
	}
	entry, err := profile.ReadEntry(store.Document{Key: profile.JournalKey(d.id), Version: 1, Data: d.text})
	if err != nil {
		return Event{}, err
	}
	e, err := FromEntry(entry, r.rules)
	if err != nil {
		return e, fmt.Errorf("read journal: %w", err)
	}
	e.addressed = !d.planned.IsZero()
	return e, nil
}

// event reads an entry that is written as they are written here: other ways to say the
// same are left to FromEntry.
func (r *Reader) event(d *document) (Event, bool) {
	if d.data == 0 {
		return Event{}, false
	}
	at := time.Unix(0, d.at).UTC()
	e := Event{ID: d.id, At: at, In: at, Data: reflect.New(d.kind.data).Interface().(events.Data)}
	var ok bool
	if e.who, ok = r.parse(d.text[d.data:len(d.text)-len("}}")], e.Data); ok && d.rich {
		ok = e.enrich(skim(d.text))
	}
	return e, ok
}

// enrich adds what few entries say.
func (e *Event) enrich(s skimmed) bool {
	var entry profile.Entry
	channel := unquoted(s.channel)
	if s.channel != nil && channel == nil || unless(s.refused, &entry.Refused) != nil || unless(s.speaker, &entry.Speaker) != nil {
		return false
	}
	e.channel, e.who = string(channel), entry.Taken(e.who)
	return true
}

// unless decodes a value unless it is not there.
func unless(text []byte, into any) error {
	if text == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// parse decodes an event's data, and returns its identifiers in normal form.
func (r *Reader) parse(text []byte, data events.Data) (events.Identifiers, bool) {
	from, ok := data.(events.FromSource)
	if !ok {
		return nil, json.Unmarshal(text, data) == nil
	}
	if rest, again := bytes.CutPrefix(text, r.begins); again && r.begins != nil {
		ok = r.parseRest(rest, data, from.Shared())
	} else if ok = json.Unmarshal(text, data) == nil; ok {
		r.remember(text, from.Shared().Customer)
	}
	if _, handle := data.(*events.SocialMentioned); handle {
		return r.rules.Identifiers(data), ok
	}
	return r.who, ok
}

// parseRest decodes what comes after the identifiers, which were read before; not when
// there are some once more.
func (r *Reader) parseRest(rest []byte, data events.Data, common *events.Common) bool {
	more := events.Identifiers{}
	common.Customer = more
	text := r.object(bytes.TrimPrefix(rest, comma))
	if json.UnmarshalWithOption(text, data, json.DecodeNoCopyString()) != nil || common.Customer == nil || len(more) > 0 {
		return false
	}
	common.Customer = r.came
	return true
}

// object returns the object of those members, in memory that is not used again: texts
// that are decoded from it are a part of it.
func (r *Reader) object(members []byte) []byte {
	if cap(r.room)-len(r.room) <= len(members) {
		r.room = make([]byte, 0, max(roomSize, 1+len(members)))
	}
	from := len(r.room)
	r.room = append(append(r.room, '{'), members...)
	return r.room[from:len(r.room):len(r.room)]
}

var (
	comma       = []byte(`,`)
	customerKey = []byte(`{"customer":`)
)

// remember keeps whose an event is that was read, if it begins with that.
func (r *Reader) remember(text []byte, came events.Identifiers) {
	r.begins, r.came, r.who = nil, came, r.rules.Identifiers(&events.PageViewed{Common: events.Common{Customer: came}})
	rest, ok := bytes.CutPrefix(text, customerKey)
	if !ok {
		return
	}
	first := valueOf(rest)
	var once events.Identifiers
	if json.Unmarshal(first, &once) == nil && maps.Equal(once, came) {
		r.begins = text[:len(customerKey)+len(first)]
	}
}
