package terraform_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	variables = regexp.MustCompile(`(?m)^variable "(\w+)"`)
	outputs   = regexp.MustCompile(`(?m)^output "(\w+)"`)
	locals    = regexp.MustCompile(`(?m)^  (\w+) += `)
	needs     = regexp.MustCompile(`\b(var|local)\.(\w+)`)
	called    = regexp.MustCompile(`(?ms)^module "(\w+)" \{\n(.*?)^\}`)
	source    = regexp.MustCompile(`source += "(\.[^"]*)"`)
	answers   = regexp.MustCompile(`\bmodule\.(\w+)\.(\w+)`)
)

// text is all of a folder's files.
func text(t *testing.T, folder string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	require.NoError(t, err)
	require.NotEmpty(t, files, folder)
	all := ""
	for _, file := range files {
		one, err := os.ReadFile(file)
		require.NoError(t, err)
		all += string(one)
	}
	return all
}

func names(re *regexp.Regexp, text string) map[string]bool {
	all := map[string]bool{}
	for _, found := range re.FindAllStringSubmatch(text, -1) {
		all[found[1]] = true
	}
	return all
}

// make test-terraform has terraform validate look at these, where npm can be reached. That
// names lead to something, and that modules are given what they ask for, is seen at once
// and everywhere.
func TestNamesLeadSomewhereWithoutGooglesProviderToo(t *testing.T) {
	for _, folder := range []string{"modules/store-firestore", "examples/gke-firestore"} {
		here := text(t, filepath.Join(tree, folder))
		known := map[string]map[string]bool{"var": names(variables, here), "local": names(locals, here)}
		used := map[string]bool{}
		for _, found := range needs.FindAllStringSubmatch(here, -1) {
			require.True(t, known[found[1]][found[2]], "%s: there is no %s", folder, found[0])
			used[found[2]] = true
		}
		for name := range known["var"] {
			require.True(t, used[name], "%s: nobody asks for var.%s", folder, name)
		}
		gives := map[string]map[string]bool{}
		for _, m := range called.FindAllStringSubmatch(here, -1) {
			there := text(t, filepath.Join(tree, folder, source.FindStringSubmatch(m[2])[1]))
			gives[m[1]] = names(outputs, there)
			given := names(locals, m[2])
			delete(given, "source")
			for name := range given {
				require.True(t, names(variables, there)[name], "%s: module %s takes no %s", folder, m[1], name)
			}
			for _, b := range block.FindAllStringSubmatch(there, -1) {
				if b[1] == "variable" && !standard.MatchString(b[3]) {
					require.True(t, given[b[2]], "%s: module %s needs %s", folder, m[1], b[2])
				}
			}
		}
		for _, found := range answers.FindAllStringSubmatch(here, -1) {
			require.True(t, gives[found[1]][found[2]], "%s: there is no %s", folder, found[0])
		}
	}
}
