package pages

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/clone"
)

// block is a fenced block of a page: a language and, for a file's text, the file.
var block = regexp.MustCompile("(?ms)^```([a-z]+)(?: ([^ \n]+))?\n(.*?)^```$")

// TestTheFlowOfThePageIsWrittenAndRuns does what docs/flow.md tells, in its order and its
// words, in a copy of the tree: it makes its files and runs its commands. A file that comes
// a second time must by then end so.
func TestTheFlowOfThePageIsWrittenAndRuns(t *testing.T) {
	page, err := os.ReadFile("../../docs/flow.md")
	require.NoError(t, err)
	tree, made := clone.Tree(t, "../.."), map[string]bool{}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	run := func(script string) string {
		cmd := exec.CommandContext(ctx, "bash", "-c", "set -euo pipefail\n"+script)
		cmd.Dir, cmd.Env, cmd.WaitDelay = tree, append(os.Environ(), "GOFLAGS=-trimpath", "TMPDIR="+t.TempDir()), time.Second
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s%s", script, out)
		return string(out)
	}
	commands := 0
	for _, b := range block.FindAllStringSubmatch(string(page), -1) {
		language, name, text := b[1], b[2], b[3]
		file := filepath.Join(tree, filepath.FromSlash(name))
		switch {
		case language == "sh":
			commands++
			t.Logf("%s%s", text, run(text))
		case name == "":
			t.Fatalf("a block of the page is neither a command nor a file: %s", text)
		case made[name]:
			is, err := os.ReadFile(file)
			require.NoError(t, err)
			require.True(t, strings.HasSuffix(string(is), text), "%s does not end as the page says, but:\n%s", name, is)
		default:
			made[name] = true
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		}
	}
	require.GreaterOrEqual(t, commands, 4)
	require.GreaterOrEqual(t, len(made), 6)
	run("test -z \"$(gofmt -l functions)\" && go vet ./functions/flows/welcome && go test ./tests/readme ./tests/architecture ./functions")
}
