package terraform_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/terraform/published"
)

const firestoreModule = "modules/store-firestore"

func TestTheOldestOfGooglesProvidersTakesModuleAndExampleToo(t *testing.T) {
	thorough(t)
	s := set(t)
	s.needsGoogle(published.Oldest)
	for _, folder := range []string{firestoreModule, "examples/gke-firestore"} {
		s.init(folder)
		s.must(folder, "validate", "-no-color")
		s.must(folder, "test", "-no-color")
	}
}

// mistakes are changes to the module's main.tf, with what must be said of each.
var mistakes = map[string]struct{ old, new, said string }{
	"an argument that is none":       {"location_id  ", "place_id     ", `An argument named "place_id" is not expected here`},
	"an argument that is missing":    {"  location_id                       = var.location\n", "", `The argument "location_id" is required`},
	"a block that is none":           {`dynamic "fields"`, `dynamic "columns"`, `Blocks of type "columns" are not expected here`},
	"an argument within a block":     {"field_path = fields", "path       = fields", `An argument named "path" is not expected here`},
	"a block as an argument":         {"index_config {} # none", "index_config = {}", `An argument named "index_config" is not expected here`},
	"a block too many":               {"index_config {} # none", "index_config {}\n  index_config {}", `No more than 1 "index_config" blocks are allowed`},
	"a block that is missing":        {"  condition {\n    title      = \"database-${var.database}\"\n", "  condition {\n", `The argument "title" is required`},
	"a value of another type":        {"disable_on_destroy = false", `disable_on_destroy = "never"`, "a bool is required"},
	"a value that is not among them": {`"FIRESTORE_NATIVE"`, `"FIRESTORE"`, `type is "FIRESTORE"; expected one of FIRESTORE_NATIVE, DATASTORE_MODE`},
	"what only the provider tells":   {"  location_id ", "  uid         = \"1\"\n  location_id ", "uid is what the provider tells; expected no value for it"},
	"an attribute that is none":      {"data.google_project.cluster.number", "data.google_project.cluster.numeral", `This object has no argument, nested block, or exported attribute named "numeral"`},
	"a resource that is none":        {`"google_project_service" "firestore"`, `"google_project_services" "firestore"`, `does not support resource type "google_project_services"`},
}

func TestAModuleThatGooglesProviderWouldRefuseIsRefused(t *testing.T) {
	thorough(t)
	ends(t, func(s *stage, _ published.Release) {
		file := filepath.Join(s.top, firestoreModule, "main.tf")
		right, err := os.ReadFile(file)
		require.NoError(s, err)
		s.init(firestoreModule)
		for name, m := range mistakes {
			wrong := strings.Replace(string(right), m.old, m.new, 1)
			require.NotEqual(s, string(right), wrong, name)
			require.NoError(s, os.WriteFile(file, []byte(wrong), 0o600))
			out, err := s.in(firestoreModule, "validate", "-no-color")
			require.Error(s, err, name)
			require.Contains(s, unwrapped(out), unwrapped(m.said), name)
		}
	})
}

func TestTheEndsOfGooglesProviderAreNotTheSame(t *testing.T) {
	thorough(t)
	ends(t, func(s *stage, r published.Release) {
		file := filepath.Join(s.top, firestoreModule, "main.tf")
		text, err := os.ReadFile(file)
		require.NoError(s, err)
		newer := strings.Replace(string(text), "  location_id ", "  database_edition = \"STANDARD\"\n  location_id ", 1)
		require.NoError(s, os.WriteFile(file, []byte(newer), 0o600))
		s.init(firestoreModule)
		out, err := s.in(firestoreModule, "validate", "-no-color")
		if r == published.Newest {
			require.NoError(s, err, out)
			return
		}
		require.Contains(s, unwrapped(out), unwrapped(`An argument named "database_edition" is not expected here`))
	})
}

// What Google would make of it nobody knows here: this shows that a second plan asks for
// nothing more, and that switches are changes in place as far as Terraform can tell.
func TestTheFirestoreModuleIsAppliedChangedAndTakenAwayWithTheStandIn(t *testing.T) {
	thorough(t)
	ends(t, func(s *stage, _ published.Release) {
		with := func(more ...string) []string {
			return append([]string{"-no-color", "-var=project=shop", "-var=location=eur3", `-var=functions=["collect","email"]`}, more...)
		}
		apply := func(vars ...string) string {
			out := s.must(firestoreModule, append([]string{"apply", "-auto-approve"}, vars...)...)
			again, err := s.in(firestoreModule, append([]string{"plan", "-detailed-exitcode"}, vars...)...)
			require.NoError(s, err, "a plan after the apply is empty:\n%s", again)
			return out
		}
		s.init(firestoreModule)
		require.Contains(s, apply(with()...), "Resources: 102 added, 0 changed, 0 destroyed", "14 collections of 7, 2 functions, database, service")
		open := with("-var=deletion_protection=false", "-var=point_in_time_recovery=false")
		require.Contains(s, apply(open...), "Resources: 0 added, 1 changed, 0 destroyed", "the database alone")
		require.Contains(s, apply(append(open, `-var=functions=["email"]`)...), "Resources: 0 added, 0 changed, 1 destroyed", "one function's access")
		s.must(firestoreModule, append([]string{"destroy", "-auto-approve"}, open...)...)
		require.Empty(s, s.must(firestoreModule, "state", "list"))
	})
}
