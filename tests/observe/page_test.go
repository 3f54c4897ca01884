package observe

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/pages"
)

var update = flag.Bool("update", false, "write the table of alerts anew")

// TestThePageForOperatorsTellsWhatToDoAboutEachAlert holds the page's table to alerts.yaml.
func TestThePageForOperatorsTellsWhatToDoAboutEachAlert(t *testing.T) {
	const page, begin, end = "../../docs/operations.md", "<!-- go test ./tests/observe -run Page -update -->\n", "<!-- to here -->"
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	var table strings.Builder
	table.WriteString("| alert | urgent | what to do first |\n|---|---|---|\n")
	_, alerts := rules(t)
	require.NotEmpty(t, alerts)
	for _, a := range alerts {
		fmt.Fprintf(&table, "| %s | %s | %s |\n", a.Alert, map[string]string{"page": "at once", "ticket": "by day"}[a.Labels["severity"]], a.Annotations["action"])
	}
	want, err := pages.Between(string(text), begin, end, table.String())
	require.NoError(t, err, page)
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(text), "go test ./tests/observe -run Page -update writes it")
}
