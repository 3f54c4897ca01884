// Package billtest holds bills of materials against the standard's own schema.
package billtest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// schemas are CycloneDX's, by the last part of their address, with the files that hold them
// in the module of its Go library.
var schemas = map[string]string{
	"bom-1.6.schema.json": "bom-1.6.schema.json", "spdx.schema.json": "spdx.schema.json", "jsf-0.82.schema.json": "jsf-0.82.schemax.json",
}

// Valid fails the test unless a bill is CycloneDX 1.6 with licences that SPDX knows.
func Valid(t *testing.T, bill []byte) {
	t.Helper()
	const address = "http://cyclonedx.org/schema/"
	compiler := jsonschema.NewCompiler()
	for name, file := range schemas {
		text, err := os.ReadFile(filepath.Join(Folder(t, "github.com/CycloneDX/cyclonedx-go"), "schema", file))
		require.NoError(t, err)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, compiler.AddResource(address+name, doc))
	}
	schema, err := compiler.Compile(address + "bom-1.6.schema.json")
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(bill))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(doc))
}

// Folder is where a module that this one needs lies.
func Folder(t *testing.T, module string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}
