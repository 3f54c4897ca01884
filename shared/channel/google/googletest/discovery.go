package googletest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// API is the description of an API that Google publishes, as a module has it that this one
// needs anyhow.
type API struct {
	t       testing.TB
	home    string
	schemas map[string]any // of requests and answers as JSON Schema, by name
}

// module is where the module is that has the descriptions.
var module = sync.OnceValues(func() ([]byte, error) {
	return exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "google.golang.org/api").Output()
})

// Discover reads the description of the name and version, e.g. fcm v1.
func Discover(t testing.TB, name, version string) API {
	t.Helper()
	dir, err := module()
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), name, version, name+"-api.json"))
	require.NoError(t, err)
	var doc struct {
		Root    string         `json:"rootUrl"`
		Schemas map[string]any `json:"schemas"`
	}
	require.NoError(t, json.Unmarshal(text, &doc))
	return API{t, doc.Root, map[string]any{"$defs": each(doc.Schemas)}}
}

// strict makes JSON Schema of a discovery document's: what is not described is not allowed.
func strict(schema any) map[string]any {
	out := map[string]any{}
	for key, value := range schema.(map[string]any) {
		switch key {
		case "$ref":
			out[key] = "#/$defs/" + value.(string)
		case "type":
			if value != "any" {
				out[key] = value
			}
		case "enum":
			out[key] = value
		case "format":
			if value == "google-duration" {
				out["pattern"] = `^[0-9]+(\.[0-9]{1,9})?s$`
			}
		case "properties":
			out["additionalProperties"] = false
			out[key] = each(value)
		case "items", "additionalProperties":
			out[key] = strict(value)
		}
	}
	return out
}

func each(schemas any) map[string]any {
	out := map[string]any{}
	for name, schema := range schemas.(map[string]any) {
		out[name] = strict(schema)
	}
	return out
}

// Fits tells what a text is not as the published schema of the name says.
func (a API) Fits(schema string, text []byte) error {
	a.t.Helper()
	c := jsonschema.NewCompiler()
	require.NoError(a.t, c.AddResource(a.home, a.schemas))
	compiled, err := c.Compile(a.home + "#/$defs/" + schema)
	require.NoError(a.t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(a.t, err)
	return compiled.Validate(value)
}
