package push

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

// discovery is the description of FCM's API that Google publishes, as a module has it that
// this one needs anyhow: the schemas of its requests as JSON Schema, by name.
var discovery = sync.OnceValues(func() (map[string]any, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "google.golang.org/api").Output()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "fcm", "v1", "fcm-api.json"))
	if err != nil {
		return nil, err
	}
	var doc struct {
		Schemas map[string]any `json:"schemas"`
	}
	err = json.Unmarshal(text, &doc)
	return map[string]any{"$defs": each(doc.Schemas)}, err
})

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

// published tells what a text is not as the published schema of the name says.
func published(t testing.TB, name string, text []byte) error {
	schemas, err := discovery()
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("https://fcm.googleapis.com/", schemas))
	schema, err := c.Compile("https://fcm.googleapis.com/#/$defs/" + name)
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	return schema.Validate(value)
}

func TestThePublishedSchemaRefusesWhatItDoesNotDescribe(t *testing.T) {
	for text, good := range map[string]bool{
		`{"message":{"token":"t","notification":{"title":"a"},"android":{"ttl":"3.5s","priority":"HIGH"},"data":{"any":"text"}}}`: true,
		`{"message":{"token":"t","title":"a"}}`:                   false,
		`{"message":{"android":{"ttl":"1h"}}}`:                    false,
		`{"message":{"android":{"priority":"high"}}}`:             false,
		`{"message":{"data":{"number":1}}}`:                       false,
		`{"message":{"webpush":{"headers":{"TTL":86400}}}}`:       false,
		`{"message":{"apns":{"headers":{"apns-priority":"10"}}}}`: true,
		`{"to":"t"}`: false,
	} {
		require.Equal(t, good, published(t, "SendMessageRequest", []byte(text)) == nil, text)
	}
}
