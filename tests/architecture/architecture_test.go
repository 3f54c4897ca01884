// Package architecture holds what no single folder can check: who may know whom,
// and that what others build on is explained.
package architecture

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "redthread.dev/"

// pkg is a package as go list tells it.
type pkg struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
	Deps       []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports,Deps", module+"...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	require.NoError(t, err, "go list")
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p pkg
		require.NoError(t, d.Decode(&p))
		all = append(all, p)
	}
	require.Greater(t, len(all), 20, "the module's packages")
	return all
}

func under(path string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool {
		return path == module+f || strings.HasPrefix(path, module+f+"/")
	})
}

// function returns the function's folder that a package belongs to.
func function(path string) string {
	rest, ok := strings.CutPrefix(path, module+"functions/")
	parts := strings.Split(rest, "/")
	if !ok || len(parts) < 2 {
		return ""
	}
	return parts[0] + "/" + parts[1]
}

func TestNoFunctionImportsAnother(t *testing.T) {
	for _, p := range packages(t) {
		for _, i := range p.Imports {
			if own, other := function(p.ImportPath), function(i); own != "" && other != "" {
				require.Equal(t, own, other, "%s imports %s", p.ImportPath, i)
			}
		}
	}
}

func TestOnlyInfraImportsTheListOfFunctions(t *testing.T) {
	for _, p := range packages(t) {
		if slices.Contains(p.Imports, module+"functions") {
			require.True(t, under(p.ImportPath, "infra", "tests"), "%s imports functions", p.ImportPath)
		}
	}
}

func TestSharedAndEventsKnowNoFunctionAndNoPlace(t *testing.T) {
	for _, p := range packages(t) {
		if !under(p.ImportPath, "shared", "events") {
			continue
		}
		for _, i := range p.Imports {
			require.False(t, under(i, "functions", "infra"), "%s imports %s", p.ImportPath, i)
			if under(p.ImportPath, "events") {
				require.False(t, under(i, "shared"), "%s imports %s", p.ImportPath, i)
			}
		}
	}
}

// clouds are what must not be reachable from the core: cloud SDKs, and drivers.
var clouds = []string{
	"cloud.google.com/", "github.com/aws/", "github.com/Azure/", "github.com/jackc/pgx", "modernc.org/sqlite",
	"github.com/nats-io/", "google.golang.org/api", "google.golang.org/grpc",
	module + "shared/channel/amazon", module + "shared/store/sqlite", module + "shared/store/firestore", module + "shared/store/dynamodb", module + "shared/store/postgres",
}

func TestTheCoreReachesNoCloud(t *testing.T) {
	for _, p := range packages(t) {
		if !under(p.ImportPath, "events", "functions", "shared/flow", "shared/profile", "shared/thread", "shared/function") ||
			strings.Contains(p.ImportPath, "/internal/") {
			continue
		}
		for _, d := range p.Deps {
			require.False(t, slices.ContainsFunc(clouds, func(c string) bool { return strings.HasPrefix(d, c) }), "%s reaches %s", p.ImportPath, d)
		}
	}
}

// impure are the packages that a decision must not reach for: a flow reads no
// clock, network, environment or random number.
var impure = []string{"net", "net/http", "os", "math/rand", "math/rand/v2", "crypto/rand", "context", "database/sql"}

func TestFlowsImportNothingImpure(t *testing.T) {
	for _, p := range packages(t) {
		if under(p.ImportPath, "functions/flows") {
			for _, i := range p.Imports {
				require.NotContains(t, impure, i, "%s", p.ImportPath)
			}
		}
	}
}

func TestOnlyTestsImportWhatIsMadeForTests(t *testing.T) {
	forTests := func(path string) bool { return under(path, "tests") || strings.HasSuffix(path, "test") }
	for _, p := range packages(t) {
		if forTests(p.ImportPath) {
			continue
		}
		for _, i := range p.Imports {
			require.False(t, forTests(i) && under(i, "events", "functions", "infra", "internal", "shared", "tests"), "%s imports %s", p.ImportPath, i)
			require.NotContains(t, i, "chromedp", "%s", p.ImportPath)
		}
	}
}
