// Package conformance sends the CloudEvents project's own events to the ingress of one
// machine and to a function's server, in every content mode, and holds the answers to
// the specification. CESQL's test kit is run where the filters are: infra/local/filter.
package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"redthread.dev/tests/recordings"
)

// official is an event of the CloudEvents project, as its file has it.
type official struct {
	name       string            // file#place
	mode       string            // binary or structured; empty: any
	attributes map[string]string // canonical strings; extensions among them
	data       []byte
	none       bool            // there is no data
	envelope   json.RawMessage // as the file has it, of events in JSON
}

// lacks names the first required attribute that is not there.
func (o official) lacks() string {
	for _, name := range []string{"specversion", "id", "source", "type"} {
		if o.attributes[name] == "" {
			return name
		}
	}
	return ""
}

// files are the official events by file.
func files(t *testing.T) map[string][]official {
	data := recordings.Path(t, "cloudevents", "60 events of the CloudEvents project, in up to 3 modes at 2 doors")
	all := map[string][]official{}
	require.NoError(t, filepath.WalkDir(data+"/conformance", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".yaml") {
			name, _ := filepath.Rel(data+"/conformance", path)
			all[name] = inYAML(t, name, path)
		}
		return err
	}))
	for _, path := range []string{"spec/cloudevents/spec.md", "spec/cloudevents/formats/json-format.md"} {
		all[path] = inMarkdown(t, data, path)
	}
	const feature = "conformance/features/http-protocol-binding.feature"
	all[feature] = inFeature(t, data, feature)
	return all
}

// inYAML reads events as the project's own tool takes them.
func inYAML(t *testing.T, name, path string) []official {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var all []official
	for d := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var written struct {
			Mode       string               `yaml:"Mode"`
			Attributes map[string]yaml.Node `yaml:"ContextAttributes"`
			Data       string               `yaml:"Data"`
		}
		if err := d.Decode(&written); errors.Is(err, io.EOF) {
			return all
		} else {
			require.NoError(t, err, path)
		}
		o := official{name: place(name, len(all)), mode: written.Mode, attributes: map[string]string{}, data: []byte(written.Data), none: written.Data == ""}
		for name, node := range written.Attributes {
			if name != "Extensions" {
				o.attributes[name] = node.Value
				continue
			}
			var extensions map[string]string
			require.NoError(t, node.Decode(&extensions))
			for name, value := range extensions {
				o.attributes[name] = strings.TrimSpace(value) // the line's end is the file's: no attribute may hold one
			}
		}
		all = append(all, o)
	}
}

var block = regexp.MustCompile("(?is)```json\n(.*?)\n```")

// inMarkdown reads the specification's examples in JSON, batches too; those that leave
// parts out with dots are no events.
func inMarkdown(t *testing.T, data, path string) []official {
	text, err := os.ReadFile(filepath.Join(data, path))
	require.NoError(t, err)
	var all []official
	for _, match := range block.FindAllSubmatch(text, -1) {
		envelopes := []json.RawMessage{match[1]}
		if bytes.HasPrefix(bytes.TrimSpace(match[1]), []byte("[")) && json.Unmarshal(match[1], &envelopes) != nil {
			continue
		}
		for _, envelope := range envelopes {
			var members map[string]json.RawMessage
			if json.Unmarshal(envelope, &members) != nil || members["specversion"] == nil {
				continue
			}
			all = append(all, inJSON(t, place(path, len(all)), envelope))
		}
	}
	return all
}

// inJSON reads an event as the JSON event format has it, without the project's SDK.
func inJSON(t *testing.T, name string, envelope []byte) official {
	o := official{name: name, mode: "structured", attributes: map[string]string{}, none: true, envelope: envelope}
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(envelope, &members))
	var kind string
	if members["datacontenttype"] != nil {
		require.NoError(t, json.Unmarshal(members["datacontenttype"], &kind))
	}
	for member, value := range members {
		switch {
		case string(value) == "null" && member != "data": // as good as not there
		case member == "data_base64":
			o.none = false
			if json.Unmarshal(value, &o.data) != nil {
				o.data = nil // no base64
			}
		case member == "data":
			o.none, o.data = false, value
			if !isJSON(kind) {
				var text string
				require.NoError(t, json.Unmarshal(value, &text))
				o.data = []byte(text)
			}
		default:
			o.attributes[member] = canonical(t, value)
		}
	}
	return o
}

// canonical is an attribute in JSON as its canonical string: of a number or boolean it is
// the same.
func canonical(t *testing.T, value json.RawMessage) string {
	if value[0] != '"' {
		return string(value)
	}
	var text string
	require.NoError(t, json.Unmarshal(value, &text))
	return text
}

// inFeature reads the requests that the protocol binding's feature describes.
func inFeature(t *testing.T, data, path string) []official {
	text, err := os.ReadFile(filepath.Join(data, path))
	require.NoError(t, err)
	var all []official
	for _, outline := range strings.Split(string(text), "Scenario Outline: ")[1:] {
		mode := strings.ToLower(strings.Fields(outline)[0])
		examples := regexp.MustCompile(`(?m)^\s*\| (application/\S+(?:; \S+)?)\s+\|$`).FindAllStringSubmatch(outline, -1)
		require.NotEmpty(t, examples)
		for _, example := range examples {
			o := official{name: place(path, len(all)), mode: mode, attributes: map[string]string{}, data: []byte(`{"message": "Hello World!"}`)}
			for _, row := range regexp.MustCompile(`(?m)^\s*\|\s+(\w+) \| (\S+(?: \S+)?)\s+\|$`).FindAllStringSubmatch(outline, -1) {
				o.attributes[row[1]] = strings.ReplaceAll(row[2], "<contentType>", example[1])
			}
			delete(o.attributes, "key")
			require.Len(t, o.attributes, 6, outline)
			if mode == "structured" {
				o.attributes["content-type"] = example[1] // of the request
			}
			all = append(all, o)
		}
	}
	return all
}

func place(file string, i int) string { return file + "#" + strconv.Itoa(i+1) }

// isJSON tells media types of JSON; none at all is one.
func isJSON(kind string) bool {
	kind, _, _ = strings.Cut(strings.ToLower(kind), ";")
	kind = strings.TrimSpace(kind)
	return kind == "" || strings.HasSuffix(kind, "/json") || strings.HasSuffix(kind, "+json")
}
