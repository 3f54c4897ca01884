package function

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding/format"
	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"

	"redthread.dev/events"
)

// plain reads an event in binary mode as the SDK does, in a third of the time, when
// its attributes are as nearly all are; ok is false for all others. Each event of a
// busy function comes this way.
func plain(header http.Header, body []byte) (e events.Event, ok bool) {
	if text(header, "Ce-Specversion") != events.SpecVersion || text(header, "Content-Type") != event.ApplicationJSON {
		return e, false
	}
	c := &event.EventContextV1{DataContentType: &jsonType}
	for name, values := range header {
		if strings.HasPrefix(name, prefix) && (len(values) == 0 || !set(c, name, values[0])) {
			return e, false
		}
	}
	e.Context = c
	if len(body) > 0 {
		e.DataEncoded = body
	}
	return e, true
}

const prefix = "Ce-"

// jsonType is shared by all events; it is never changed, only replaced.
var jsonType = event.ApplicationJSON

func isBatch(header http.Header) bool {
	kind := text(header, "Content-Type")
	return kind == event.ApplicationCloudEventsBatchJSON || len(kind) >= len(event.ApplicationCloudEventsBatchJSON) &&
		format.Lookup(kind) == format.JSONBatch // with parameters, or in other letters
}

func text(header http.Header, name string) string {
	if values := header[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// set sets the attribute of a header, if it is a plain one.
func set(c *event.EventContextV1, name, value string) bool {
	if value == "" || strings.TrimSpace(value) != value || escaped(value) {
		return false
	}
	switch name {
	case "Ce-Specversion":
	case "Ce-Id":
		c.ID = value
	case "Ce-Type":
		c.Type = value
	case "Ce-Subject":
		c.Subject = &value
	case "Ce-Source":
		e := events.Event{Context: c}
		events.SetSource(&e, value)
		return e.FieldErrors == nil
	case "Ce-Time":
		t, err := time.Parse(time.RFC3339Nano, value)
		return err == nil && c.SetTime(t) == nil
	case "Ce-Dataschema":
		if c.DataSchema = events.SchemaAt(value); c.DataSchema == nil {
			return c.SetDataSchema(value) == nil
		}
	default:
		return extend(c, name[len(prefix):], value)
	}
	return true
}

// extend sets an extension attribute; its name has a capital, as all headers do.
func extend(c *event.EventContextV1, name, value string) bool {
	name = strings.ToLower(name)
	if !lettered(name) || slices.Contains(reserved, name) {
		return false
	}
	if c.Extensions == nil {
		c.Extensions = make(map[string]any, 4)
	}
	c.Extensions[name] = value
	return true
}

// reserved are the names that no extension may have.
var reserved = []string{"specversion", "id", "type", "source", "subject", "time", "dataschema", "datacontenttype"}

func lettered(name string) bool {
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// answerPlain writes a reply in binary mode as the SDK does, when its extensions are
// texts. False: nothing was written.
func answerPlain(w http.ResponseWriter, e *events.Event) bool {
	c, ok := e.Context.(*event.EventContextV1)
	if !ok || len(e.DataEncoded) == 0 {
		return false
	}
	for name, value := range c.Extensions {
		if text, ok := value.(string); !ok || text == "" || !lettered(name) {
			return false
		}
	}
	h := headers{w.Header(), make([]string, 0, 8+len(c.Extensions))}
	h.set("Ce-Specversion", events.SpecVersion)
	h.set("Ce-Id", c.ID)
	h.set("Ce-Type", c.Type)
	h.set("Ce-Source", c.Source.String())
	h.set("Ce-Subject", c.GetSubject())
	h.set("Content-Type", c.GetDataContentType())
	h.set("Ce-Dataschema", c.GetDataSchema())
	if at := c.GetTime(); !at.IsZero() {
		h.set("Ce-Time", types.FormatTime(at))
	}
	for name, value := range c.Extensions {
		h.set(prefix+strings.ToUpper(name[:1])+name[1:], value.(string))
	}
	unguessed(h.Header)
	h.Header["Content-Length"] = []string{strconv.Itoa(len(e.DataEncoded))}
	w.WriteHeader(http.StatusOK)
	w.Write(e.DataEncoded) //nolint:errcheck // the caller is gone: it will ask again
	return true
}

// headers sets headers whose values share one list.
type headers struct {
	http.Header
	values []string
}

func (h *headers) set(name, value string) {
	if value != "" {
		if strings.HasPrefix(name, prefix) {
			value = escape(value)
		}
		h.values = append(h.values, value)
		n := len(h.values)
		h.Header[name] = h.values[n-1 : n : n]
	}
}
