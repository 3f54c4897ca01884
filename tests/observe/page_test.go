package observe

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the table of alerts anew")

// TestThePageForOperatorsTellsWhatToDoAboutEachAlert holds the page's table to alerts.yaml.
func TestThePageForOperatorsTellsWhatToDoAboutEachAlert(t *testing.T) {
	const page, begin, end = "../../docs/operations.md", "<!-- go test ./tests/observe -run Page -update -->\n", "<!-- to here -->"
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(text), begin)
	require.True(t, found, "%s has no %s", page, begin)
	_, after, found := strings.Cut(rest, end)
	require.True(t, found, "%s has no %s", page, end)
	var table strings.Builder
	table.WriteString("| alert | urgent | what to do first |\n|---|---|---|\n")
	_, alerts := rules(t)
	require.NotEmpty(t, alerts)
	for _, a := range alerts {
		fmt.Fprintf(&table, "| %s | %s | %s |\n", a.Alert, map[string]string{"page": "at once", "ticket": "by day"}[a.Labels["severity"]], a.Annotations["action"])
	}
	want := before + begin + table.String() + end + after
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(text), "go test ./tests/observe -run Page -update writes it")
}
