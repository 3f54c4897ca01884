package function

import (
	"bytes"
	"encoding/json"
	"strings"
)

// inBase64 is the member of an envelope in JSON that holds data that is no text.
const inBase64 = "data_base64"

// spelled returns a body in JSON, one event or a batch, as the SDK can read it. Before
// data in base64 it takes no white space, in it no \/, and no null; and it takes JSON only
// if its type is application/json or text/json, not application/geo+json. All else is left
// to the SDK, a body that is no JSON too.
func spelled(body []byte, batch bool) []byte {
	if !bytes.Contains(body, []byte(inBase64)) && !bytes.Contains(body, []byte("+json")) {
		return body
	}
	if !batch {
		return respell(body)
	}
	var all []json.RawMessage
	if json.Unmarshal(body, &all) != nil {
		return body
	}
	for i := range all {
		all[i] = respell(all[i])
	}
	return written(all, body)
}

func respell(envelope []byte) []byte {
	var members map[string]json.RawMessage
	if json.Unmarshal(envelope, &members) != nil {
		return envelope
	}
	data, there := members["data"]
	if there && ofMoreThanJSON(members["datacontenttype"]) {
		delete(members, "data")
		members[inBase64] = written([]byte(data), nil)
	}
	var text *string
	if value, there := members[inBase64]; there && json.Unmarshal(value, &text) == nil {
		if members[inBase64] = written(text, nil); text == nil {
			delete(members, inBase64)
		}
	}
	return written(members, envelope)
}

// ofMoreThanJSON tells the media types that are JSON by their suffix.
func ofMoreThanJSON(member json.RawMessage) bool {
	var kind string
	if json.Unmarshal(member, &kind) != nil {
		return false
	}
	kind, _, _ = strings.Cut(strings.ToLower(kind), ";")
	return strings.HasSuffix(strings.TrimSpace(kind), "+json")
}

func written(v any, otherwise []byte) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		return otherwise
	}
	return text
}
