package deadletter

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"redthread.dev/events"
	"redthread.dev/shared/store"
)

// Collection is where dead letters are kept; their index is by time, the last one
// that a function gave up at the end.
const Collection = "deadletters"

// Partition is the one partition of the index.
const Partition = "all"

// Letter is one event that one function would not take.
type Letter struct {
	ID       string    `json:"id"`       // hash of the event, and the function
	Function string    `json:"function"` // that gave it up
	Code     int       `json:"code"`     // its last answer, an HTTP status
	Reason   string    `json:"reason"`   // … and its text
	Type     string    `json:"type"`     // of the event
	Profile  string    `json:"profile,omitempty"`
	Times    int       `json:"times"` // how often it was given up
	First    time.Time `json:"first"` // when, for the first time
	Last     time.Time `json:"last"`  // and the last
	// Event is the event as the function got it, in structured mode; its data is
	// missing when Cut is true: it was too large to keep.
	Event json.RawMessage `json:"event"`
	Cut   bool            `json:"cut,omitempty"`
}

func newLetter(e events.Event, now time.Time) (Letter, error) {
	function := functionOf(fmt.Sprint(e.Extensions()[events.ExtErrorDest]))
	l := Letter{
		ID: events.Hash(e) + "-" + function, Function: function, Type: e.Type(), Profile: events.ProfileID(e),
		Reason: reason(events.Extension(e, events.ExtErrorData)), Times: 1, First: now, Last: now,
	}
	// The code is an integer in structured mode and text in binary mode.
	if code, err := strconv.Atoi(fmt.Sprint(e.Extensions()[events.ExtErrorCode])); err == nil {
		l.Code = code
	}
	e.Context = e.Context.Clone()
	for _, name := range []string{events.ExtErrorDest, events.ExtErrorCode, events.ExtErrorData} {
		e.SetExtension(name, nil)
	}
	var err error
	if l.Event, err = json.Marshal(e); err != nil {
		// Binary data that claims to be JSON is kept as what it is.
		e.DataBase64 = true
		if l.Event, err = json.Marshal(e); err != nil {
			return l, fmt.Errorf("deadletter: write %s: %w", events.Tag(e), err)
		}
	}
	if len(l.Event)+len(l.Reason) > store.MaxDocument-8<<10 {
		e.DataEncoded, e.DataBase64, l.Cut = nil, false, true
		if l.Event, err = json.Marshal(e); err != nil {
			return l, fmt.Errorf("deadletter: write %s: %w", events.Tag(e), err)
		}
	}
	return l, nil
}

// functionOf is the function's name in the URL of its service: the host's first
// part, in a cluster and on one machine.
func functionOf(dest string) string {
	u, err := url.Parse(dest)
	if err != nil || u.Hostname() == "" {
		return "unknown"
	}
	first, _, _ := strings.Cut(strings.ToLower(u.Hostname()), ".")
	if len(first) > 63 || !label.MatchString(first) {
		return "unknown"
	}
	return first
}

// label is a part of a host's name (RFC 1123, section 2.1), which a function's name is.
var label = regexp.MustCompile(`^[a-z0-9-]+$`)

// maxData is where Knative cuts knativeerrordata.
const maxData = 1024

// reason reads the text that Knative puts into base64, and that other brokers leave
// as it is.
func reason(data string) string {
	text, err := base64.StdEncoding.DecodeString(data)
	for cut := 0; len(data) >= maxData && cut < utf8.UTFMax-1 && !utf8.Valid(text); cut++ {
		text = text[:len(text)-1] // of a letter that was cut in two
	}
	if err != nil || !utf8.Valid(text) {
		return data
	}
	return string(text)
}

func (l Letter) write(version int64, expires time.Time) (store.Write, error) {
	data, err := json.Marshal(l)
	if err != nil {
		return store.Write{}, fmt.Errorf("deadletter: encode %q: %w", l.ID, err)
	}
	return store.Write{Key: Key(l.ID), Version: version, Data: data, Expires: expires,
		Entry: store.Entry{Partition: Partition, Sort: store.SortTime(l.Last) + l.ID}}, nil
}

// Read decodes a dead letter's document.
func Read(d store.Document) (Letter, error) {
	var l Letter
	if !d.Exists() {
		return l, fmt.Errorf("dead letter %q: there is none", d.Key.ID)
	}
	if err := json.Unmarshal(d.Data, &l); err != nil {
		return l, fmt.Errorf("decode dead letter %q: %w", d.Key.ID, err)
	}
	return l, nil
}

// Decoded returns the event as the function got it, to be sent again.
func (l Letter) Decoded() (events.Event, error) {
	var e events.Event
	if l.Cut {
		return e, fmt.Errorf("dead letter %q: its data was too large to keep; send the event again from its source", l.ID)
	}
	if err := json.Unmarshal(l.Event, &e); err != nil {
		return e, fmt.Errorf("dead letter %q: decode event: %w", l.ID, err)
	}
	return e, nil
}
