package function

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/cloudevents/sdk-go/v2/binding"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"redthread.dev/events"
)

// Limits of a request. An event is 256 KiB at most; in structured mode its
// envelope and escapes come on top.
const (
	MaxBody  = 512 << 10 // bytes of a request with one event
	MaxBatch = 8 << 20   // bytes of a request with a batch of events
)

// Refusal is a request that is no CloudEvent, with the status code that says so.
type Refusal struct {
	Status int
	Reason string
}

func (r *Refusal) Error() string { return r.Reason }

func refuse(status int, format string, args ...any) error {
	return &Refusal{status, fmt.Sprintf(format, args...)}
}

// Decode reads the events of a request in binary, structured or batch mode. The
// error is a *Refusal.
func Decode(w http.ResponseWriter, r *http.Request) ([]events.Event, error) {
	if r.Method != http.MethodPost {
		return nil, refuse(http.StatusMethodNotAllowed, "method %s: post a CloudEvent", r.Method)
	}
	limit := int64(MaxBody)
	batch := cehttp.IsHTTPBatch(r.Header)
	if batch {
		limit = MaxBatch
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		return nil, unreadable(err)
	}
	message := cehttp.NewMessage(r.Header, io.NopCloser(bytes.NewReader(body)))
	defer message.Finish(nil) //nolint:errcheck // it closes a reader of bytes
	var es []events.Event
	if batch {
		es, err = binding.ToEvents(r.Context(), message, bytes.NewReader(body))
	} else {
		es, err = one(r, message)
	}
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "not a CloudEvent: %s", explain(err))
	}
	for i := range es {
		if err := valid(es[i]); err != nil {
			return nil, refuse(http.StatusBadRequest, "%snot a CloudEvent: %s", place(batch, i), err)
		}
	}
	return es, nil
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
func valid(e events.Event) error {
	var missing []string
	for name, value := range map[string]string{"id": e.ID(), "source": e.Source(), "type": e.Type()} {
		if value == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s missing; id, source and type are required", strings.Join(sorted(missing), ", "))
	}
	if err := e.Validate(); err != nil {
		return errors.New(explain(err))
	}
	return nil
}

func unreadable(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return refuse(http.StatusRequestEntityTooLarge, "body is larger than %d bytes", large.Limit)
	}
	return refuse(http.StatusBadRequest, "body could not be read to its end: %v", err)
}

func explain(err error) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "\n", " ")), " ")
}

func place(batch bool, i int) string {
	if !batch {
		return ""
	}
	return fmt.Sprintf("event %d of the batch: ", i)
}
