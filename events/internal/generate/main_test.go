package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"redthread.dev/events"
)

const folder = "../.."

func TestWhatIsOnDiskIsWhatGenerateWrites(t *testing.T) {
	files, err := render(folder)
	require.NoError(t, err)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		onDisk, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err, "run go generate ./events")
		require.True(t, bytes.Equal(files[name], onDisk), "%s differs: run go generate ./events", name)
	}
	for _, made := range []string{"schemas", "samples"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(folder, made), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				name, _ := filepath.Rel(folder, path)
				require.Contains(t, files, filepath.ToSlash(name), "a file nobody writes: run go generate ./events")
			}
			return err
		}))
	}
}

func TestRunWritesEveryFileAndRemovesStrays(t *testing.T) {
	dir := t.TempDir()
	sources, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	for _, path := range sources {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(path)), text, 0o600))
	}
	stray := filepath.Join(dir, "schemas", "basket.eaten.v1.json")
	require.NoError(t, os.MkdirAll(filepath.Dir(stray), 0o755))
	require.NoError(t, os.WriteFile(stray, []byte("{}"), 0o600))
	require.NoError(t, run(dir))
	require.NoFileExists(t, stray)
	require.FileExists(t, filepath.Join(dir, "asyncapi.yaml"))
	require.ErrorContains(t, run(t.TempDir()), "no package events")
}

func TestEveryTypeAndFieldIsDescribed(t *testing.T) {
	files, err := render(folder)
	require.NoError(t, err)
	for name, text := range files {
		if !strings.HasPrefix(name, "schemas/") {
			continue
		}
		require.NotContains(t, string(text), `"description": ""`, name)
		require.NotContains(t, string(text), " says ", "a Go comment's head was left in %s", name)
	}
}

// The AsyncAPI parser does not hold the examples against the schemas; this does.
func TestExamplesFitTheAsyncAPIDocument(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(folder, "asyncapi.yaml"))
	require.NoError(t, err)
	var document map[string]any
	require.NoError(t, yaml.Unmarshal(text, &document))
	plain, err := json.Marshal(document) // YAML's numbers as JSON's
	require.NoError(t, err)
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft7)
	require.NoError(t, compiler.AddResource("asyncapi.json", parsed))

	messages := parsed.(map[string]any)["components"].(map[string]any)["messages"].(map[string]any)
	require.Len(t, messages, len(events.Types()))
	for name, message := range messages {
		schema, err := compiler.Compile("asyncapi.json#/components/messages/" + name + "/payload")
		require.NoError(t, err)
		payload := message.(map[string]any)["examples"].([]any)[0].(map[string]any)["payload"].(map[string]any)
		require.NoError(t, schema.Validate(payload), name)
		payload["type"] = "dev.redthread.another.type.v1"
		require.Error(t, schema.Validate(payload), "%s takes events of another type", name)
	}
}

func TestTagsThatMakeNoSenseAreRefused(t *testing.T) {
	_, err := rules{"minimum": "few"}.onto(nil, "minimum")
	require.ErrorContains(t, err, "minimum=few: expected a number")
	b := builder{words: &source{}, defs: map[string]object{}}
	_, err = b.basic(reflect.TypeFor[int](), rules{"minimum": "1"})
	require.ErrorContains(t, err, "needs minimum and maximum")
}
