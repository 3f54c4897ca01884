package function

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"redthread.dev/events"
)

// Limits of a request. An event is 256 KiB at most; in structured mode its
// envelope and escapes come on top.
const (
	MaxBody  = 512 << 10 // bytes of a request with one event
	MaxBatch = 8 << 20   // bytes of a request with a batch of events
)

// cloudevents is the version of CloudEvents that is spoken here.
const cloudevents = "1.0"

// Refusal is a request that is no CloudEvent, with the status code that says so.
type Refusal struct {
	Status int
	Reason string
}

// Error says in one line what is wrong with the request.
func (r *Refusal) Error() string { return r.Reason }

// longestRefusal is how many characters are said about a request: what it quotes may be long.
const longestRefusal = 500

func refuse(status int, format string, args ...any) error {
	return &Refusal{status, fmt.Sprintf("%.*s", longestRefusal, fmt.Sprintf(format, args...))}
}

// Decode reads the events of a request in binary, structured or batch mode. The
// error is a *Refusal.
func Decode(w http.ResponseWriter, r *http.Request) ([]events.Event, error) {
	body, err := Body(w, r)
	if err != nil {
		return nil, err
	}
	return DecodeBody(r, body)
}

// Body reads the body of a request that may hold events: at most MaxBatch bytes of a
// batch, MaxBody of any other. The error is a *Refusal.
func Body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Method != http.MethodPost {
		return nil, refuse(http.StatusMethodNotAllowed, "method %s: post a CloudEvent", r.Method)
	}
	limit := int64(MaxBody)
	if isBatch(r.Header) {
		limit = MaxBatch
	}
	body, err := read(w, r, limit)
	if err != nil {
		return nil, unreadable(err)
	}
	return body, nil
}

// DecodeBody is Decode of a request whose body has been read.
func DecodeBody(r *http.Request, body []byte) (es []events.Event, err error) {
	batch := isBatch(r.Header)
	if e, ok := plain(r.Header, body); ok {
		if err := valid(e, true); err != nil {
			return nil, refuse(http.StatusBadRequest, "not a CloudEvent: %s", err)
		}
		return []events.Event{e}, nil
	}
	header, err := unescaped(r.Header)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "not a CloudEvent: %s", err)
	}
	message := cehttp.NewMessage(header, nil)
	binaryMode := message.ReadEncoding() == binding.EncodingBinary
	if !binaryMode {
		body = spelled(body, batch)
	}
	message.BodyReader = io.NopCloser(bytes.NewReader(body))
	if batch {
		es, err = binding.ToEvents(r.Context(), message, message.BodyReader)
	} else {
		es, err = one(r, message)
	}
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "not a CloudEvent: %s", explain(err))
	}
	for i := range es {
		if err := valid(es[i], binaryMode); err != nil {
			return nil, refuse(http.StatusBadRequest, "%snot a CloudEvent: %s", place(batch, i), err)
		}
		if !binaryMode {
			implied(&es[i])
		}
	}
	return es, nil
}

// implied says what the JSON format leaves unsaid: data without a content type is JSON
// (CloudEvents 1.0.2, JSON event format, section 3.1.2).
func implied(e *events.Event) {
	if e.DataContentType() == "" && len(e.DataEncoded) > 0 && !e.DataBase64 {
		e.SetDataContentType(event.ApplicationJSON)
	}
}

// read reads a body of at most limit bytes; one whose length is known, at once.
func read(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	limited := http.MaxBytesReader(w, r.Body, limit)
	if r.ContentLength <= 0 || r.ContentLength > limit {
		return io.ReadAll(limited)
	}
	body := make([]byte, r.ContentLength)
	_, err := io.ReadFull(limited, body)
	return body, err
}

func one(r *http.Request, message *cehttp.Message) ([]events.Event, error) {
	if message.ReadEncoding() == binding.EncodingUnknown {
		return nil, errors.New("neither the header ce-specversion (binary mode) nor the content type " +
			"application/cloudevents+json (structured mode) is there, or the specversion is unknown; expected 1.0")
	}
	e, err := binding.ToEvent(r.Context(), message)
	if err != nil {
		return nil, err
	}
	return []events.Event{*e}, nil
}

// valid says in our own words, in one line, what the SDK's validation says in many.
// In binary mode the SDK has looked at each attribute as it read the headers.
func valid(e events.Event, binaryMode bool) error {
	if v := e.SpecVersion(); v != cloudevents { // the SDK reads 0.3 too
		return fmt.Errorf("specversion is %.60q, expected %s", v, cloudevents)
	}
	if e.ID() == "" || e.Source() == "" || e.Type() == "" {
		return fmt.Errorf("%s missing; id, source and type are required", strings.Join(missing(e), ", "))
	}
	if binaryMode {
		return nil
	}
	if err := e.Validate(); err != nil {
		return errors.New(explain(err))
	}
	return nil
}

func missing(e events.Event) []string {
	var names []string
	for _, a := range []struct{ name, value string }{{"id", e.ID()}, {"source", e.Source()}, {"type", e.Type()}} {
		if a.value == "" {
			names = append(names, a.name)
		}
	}
	return names
}

func unreadable(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return refuse(http.StatusRequestEntityTooLarge, "body is larger than %d bytes", large.Limit)
	}
	return refuse(http.StatusBadRequest, "body could not be read to its end: %v", err)
}

// explain says in one line what the SDK says, and nothing of what the event holds: its
// reader of JSON quotes the bytes around a mistake, which may be a customer's.
func explain(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	text, _, _ = strings.Cut(text, ", error found in #")
	text = strings.Replace(text, "specversion: no specversion", "specversion missing, expected "+cloudevents, 1)
	text = strings.Replace(text, "specversion: unknown value:", "specversion is unknown, expected "+cloudevents+":", 1)
	return strings.Replace(text, "cannot parse uri ref:", "source or dataschema is no URI reference:", 1)
}

func place(batch bool, i int) string {
	if !batch {
		return ""
	}
	return fmt.Sprintf("event %d of the batch: ", i)
}
