package terraform_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/pages"
)

var update = flag.Bool("update", false, "write the tables of the READMEs anew")

const (
	begin = "<!-- go test ./tests/terraform -run README -update -->\n"
	end   = "<!-- to here -->\n"
)

var (
	block       = regexp.MustCompile(`(?ms)^(variable|output) "([a-z_]+)" \{\n(.*?)^\}`)
	description = regexp.MustCompile(`(?m)^  description = "(.*)"$`)
	standard    = regexp.MustCompile(`(?m)^  default +=`)
	literal     = regexp.MustCompile(`(?m)^  default +=\s*("[^\n]*"|[a-z0-9.]+|\{\}|\[\])$`)
	example     = regexp.MustCompile("(?s)```hcl\n(.*?)```")
)

// tables lists a folder's inputs and outputs.
func tables(t *testing.T, folder string) string {
	t.Helper()
	var inputs, outputs strings.Builder
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, b := range block.FindAllStringSubmatch(string(text), -1) {
			said := description.FindStringSubmatch(b[3])
			require.NotNil(t, said, "%s %s of %s has no description", b[1], b[2], folder)
			what := strings.NewReplacer(`\"`, `"`, "|", `\|`).Replace(said[1])
			if b[1] == "output" {
				fmt.Fprintf(&outputs, "| `%s` | %s |\n", b[2], what)
				continue
			}
			value := "required"
			if l := literal.FindStringSubmatch(b[3]); l != nil {
				value = "`" + l[1] + "`"
			} else if standard.MatchString(b[3]) {
				value = "all there are"
			}
			fmt.Fprintf(&inputs, "| `%s` | %s | %s |\n", b[2], what, value)
		}
	}
	return "| input | what it is | default |\n|---|---|---|\n" + inputs.String() + "\n| output | what it is |\n|---|---|\n" + outputs.String()
}

func TestEachREADMEListsInputsAndOutputs(t *testing.T) {
	for _, pattern := range []string{"modules/*", "examples/*"} {
		folders, err := filepath.Glob(filepath.Join(tree, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, folders)
		for _, folder := range folders {
			path := filepath.Join(folder, "README.md")
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			want, err := pages.Between(string(text), begin, end, tables(t, folder))
			require.NoError(t, err, path)
			if *update && want != string(text) {
				require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
				continue
			}
			require.Equal(t, want, string(text), "%s: go test ./tests/terraform -run README -update writes it", path)
		}
	}
}

// An example stands where its reader's own files would: at the top of the repository.
func TestTheExamplesInTheREADMEsAreValid(t *testing.T) {
	thorough(t)
	s := set(t)
	modules, err := filepath.Glob(filepath.Join(s.top, "modules", "*"))
	require.NoError(t, err)
	for _, module := range modules {
		name := filepath.Base(module)
		t.Run(name, func(t *testing.T) {
			s := s.under(t)
			text, err := os.ReadFile(filepath.Join(module, "README.md"))
			require.NoError(t, err)
			found := example.FindStringSubmatch(string(text))
			require.NotNil(t, found, "there is no example")
			top := filepath.Join(s.top, "..", "..", name)
			require.NoError(t, os.Mkdir(top, 0o750))
			here := strings.ReplaceAll(found[1], `"./infra/`, `"../infra/`)
			require.NoError(t, os.WriteFile(filepath.Join(top, "main.tf"), []byte(here), 0o600))
			folder, err := filepath.Rel(s.top, top)
			require.NoError(t, err)
			s.must(folder, "fmt", "-check", "-diff", "-no-color")
			s.needs("modules/" + name)
			s.init(folder)
			s.must(folder, "validate", "-no-color")
		})
	}
}
