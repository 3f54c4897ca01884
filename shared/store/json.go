package store

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
)

// ParseObject reads a document's data for a driver that keeps its members as native
// fields: numbers are json.Number, as they were written. It returns an error for what is
// not one JSON object and nothing else.
func ParseObject(data []byte) (map[string]any, error) {
	if !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		return nil, errors.New("it begins with another character than {")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, whyNot(data, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, whyNot(data, errors.New("something follows the object"))
	}
	return object, nil
}

// whyNot is the error of data that is no JSON: Unmarshal tells more than a Decoder.
func whyNot(data []byte, err error) error {
	var object map[string]any
	return cmp.Or(json.Unmarshal(data, &object), err)
}

// FormatValue writes a value of what ParseObject returned as JSON, what means something
// to HTML as it is.
func FormatValue(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
