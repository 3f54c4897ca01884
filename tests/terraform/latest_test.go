package terraform_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/terraform/published"
)

// translated is where Pulumi's package has what Terraform calls so: a file, and an interface.
var translated = map[string][2]string{
	"google_firestore_database": {"firestore/database", "DatabaseArgs"},
	"google_firestore_field":    {"firestore/field", "FieldArgs"},
	"google_firestore_index":    {"firestore/index_", "IndexArgs"},
	"google_project_iam_member": {"projects/iammember", "IAMMemberArgs"},
	"google_project_service":    {"projects/service", "ServiceArgs"},
}

// resources are those of Google's in a plan, with what is configured of them.
func (s *stage) resources(plan string) map[string][]map[string]any {
	type module struct {
		Resources []struct {
			Type   string
			Values map[string]any
		}
		Children []module `json:"child_modules"`
	}
	var p struct {
		Values struct {
			Root module `json:"root_module"`
		} `json:"planned_values"`
	}
	require.NoError(s, json.Unmarshal([]byte(plan), &p))
	all := map[string][]map[string]any{}
	for rest := []module{p.Values.Root}; len(rest) > 0; rest = rest[1:] {
		rest = append(rest, rest[0].Children...)
		for _, r := range rest[0].Resources {
			if strings.HasPrefix(r.Type, "google_") {
				all[r.Type] = append(all[r.Type], r.Values)
			}
		}
	}
	return all
}

// Of 7 there is no schema to be had in Terraform's words. What the module plans is held to
// the arguments that Pulumi's package lists: none that is not there, all that must be.
func TestWhatTheModuleConfiguresIsThereInGooglesSevenToo(t *testing.T) {
	thorough(t)
	s := set(t)
	s.needsGoogle(published.Newest)
	s.has(published.Translated)
	var files []string
	for _, to := range translated {
		files = append(files, to[0])
	}
	translation, err := published.Translated.Translation(files...)
	require.NoError(t, err)
	s.init(firestoreModule)
	s.must(firestoreModule, "plan", "-no-color", "-out=plan.tfplan", "-var=project=shop", "-var=location=eur3", `-var=functions=["email"]`)
	planned := s.resources(s.must(firestoreModule, "show", "-json", "plan.tfplan"))
	require.Len(t, planned, len(translated))
	for kind, all := range planned {
		given, err := translation.Given(translated[kind][0], translated[kind][1])
		require.NoError(t, err, kind)
		for _, values := range all {
			require.Empty(t, strangers(kind, values, given))
		}
	}
	given, err := translation.Given("firestore/index_", "IndexArgs")
	require.NoError(t, err)
	require.Equal(t, []string{"i.fields.0.paths: there is no such argument", "i.collection: is required"}, strangers("i",
		map[string]any{"fields": []any{map[string]any{"paths": "part"}}}, given), "what is wrong is seen")
}

var underscore = regexp.MustCompile(`_[a-z]`)

// strangers are values that no argument takes, and arguments that have no value.
func strangers(at string, values map[string]any, given published.Given) []string {
	var all []string
	there := map[string]bool{}
	for name, value := range values {
		camel := underscore.ReplaceAllStringFunc(name, func(s string) string { return strings.ToUpper(s[1:]) })
		blocks, _ := value.([]any)
		if value == nil || (blocks != nil && len(blocks) == 0) {
			continue // nobody configured it
		}
		argument, ok := given[camel]
		if !ok {
			all = append(all, at+"."+name+": there is no such argument")
		}
		there[camel] = true
		for i, block := range blocks {
			if inner, ok := block.(map[string]any); ok {
				all = append(all, strangers(at+"."+name+"."+string(rune('0'+i)), inner, argument.Inner)...)
			}
		}
	}
	for name, argument := range given {
		if argument.Required && !there[name] {
			all = append(all, at+"."+name+": is required")
		}
	}
	return all
}

// The module's README says what is checked: these are the versions that it names.
func TestTheREADMENamesTheVersionsThatAreChecked(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(tree, firestoreModule, "README.md"))
	require.NoError(t, err)
	for _, r := range []published.Release{published.Oldest, published.Newest} {
		require.Contains(t, string(text), r.Provider)
	}
}
