package conformance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// modes are the HTTP protocol binding's content modes.
var modes = []string{"binary", "structured", "batch"}

// request writes an event in a mode, as the HTTP protocol binding and the JSON format
// have it and without the project's SDK, so that nothing is tested against itself.
func (o official) request(t *testing.T, mode, url string) *http.Request {
	var body string
	header := http.Header{}
	switch mode {
	case "binary":
		body = string(o.data)
		for name, value := range o.attributes {
			switch name {
			case "content-type":
			case "datacontenttype":
				header.Set("Content-Type", value)
			default:
				header.Set("ce-"+name, encoded(value))
			}
		}
	case "structured":
		body = string(o.json(t))
		header.Set("Content-Type", "application/cloudevents+json")
		if kind := o.attributes["content-type"]; kind != "" {
			header.Set("Content-Type", kind)
		}
	case "batch":
		body = "[" + string(o.json(t)) + "]"
		header.Set("Content-Type", "application/cloudevents-batch+json")
	}
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	r.Header = header
	return r
}

// json is the event's envelope in the JSON event format.
func (o official) json(t *testing.T) []byte {
	if o.envelope != nil {
		return o.envelope
	}
	members := map[string]any{}
	for name, value := range o.attributes {
		if name != "content-type" {
			members[name] = value
		}
	}
	switch {
	case o.none:
	case isJSON(o.attributes["datacontenttype"]) && json.Valid(o.data):
		members["data"] = json.RawMessage(o.data)
	case utf8.Valid(o.data):
		members["data"] = string(o.data)
	default:
		members["data_base64"] = o.data
	}
	text, err := json.Marshal(members)
	require.NoError(t, err)
	return text
}

// encoded is the percent-encoding of section 3.1.3.2.
func encoded(value string) string {
	var b strings.Builder
	for _, c := range []byte(value) {
		if c <= ' ' || c > '~' || c == '"' || c == '%' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
