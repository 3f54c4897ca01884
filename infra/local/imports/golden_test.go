package imports_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/imports"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestFilesBecomeTheEventsOfTheirGoldenFiles(t *testing.T) {
	for _, c := range []struct {
		path, golden string
		options      imports.Options
	}{
		{"rees46.csv", "rees46.golden", imports.Options{}},
		{"onlineretail.csv", "onlineretail.golden", imports.Options{}},
		{"onlineretail.csv", "onlineretail-invent-catalogue.golden", imports.Options{Invent: true, Catalogue: true}},
		{"snowplow", "snowplow.golden", imports.Options{}},
		{"cloudevents.ndjson", "cloudevents.golden", imports.Options{}},
		{"cloudevents.json", "cloudevents-list.golden", imports.Options{}},
	} {
		t.Run(c.golden, func(t *testing.T) {
			all := importPath(t, filepath.Join("testdata", c.path), "", c.options)
			golden := filepath.Join("testdata", c.golden)
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(tell(all)), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), tell(all))
		})
	}
}

// tell writes an import down for people to read and for files to be compared.
func tell(all imported) string {
	var b strings.Builder
	for _, e := range all.events {
		fmt.Fprintf(&b, "%s %s %s %s\n  %s\n", e.Time().Format(time.RFC3339Nano), events.Short(e.Type()), e.Source(), e.ID(), e.DataEncoded)
	}
	fmt.Fprintf(&b, "\nrefused:\n")
	for _, err := range all.errs {
		fmt.Fprintf(&b, "  %v\n", err)
	}
	fmt.Fprintf(&b, "\nrows %d, carried %d\n", all.counts.Rows, all.counts.Carried)
	var counts []string
	for reason, n := range all.counts.Refused {
		counts = append(counts, fmt.Sprintf("refused %s %d\n", reason, n))
	}
	for eventType, n := range byType(all) {
		counts = append(counts, fmt.Sprintf("said %s %d\n", eventType, n))
	}
	sort.Strings(counts)
	b.WriteString(strings.Join(counts, ""))
	return b.String()
}
