// Package observe holds what infra/observe gives to Prometheus and Grafana to what the
// functions measure, and has Prometheus' own tool judge it.
package observe

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

const folder = "../../infra/observe/"

var (
	defined  = regexp.MustCompile(`Name:\s+"(redthread_\w+)"`)
	recorded = regexp.MustCompile(`\w+:redthread_\w+:\w+`)
	used     = regexp.MustCompile(`redthread_\w+`)
	suffix   = regexp.MustCompile(`_(bucket|sum|count)$`)
)

// measured is the names of all metrics that the program registers.
func measured(t *testing.T) map[string]bool {
	names := map[string]bool{}
	for _, root := range []string{"../../shared", "../../functions", "../../infra"} {
		require.NoError(t, filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") {
				return err
			}
			text, err := os.ReadFile(file)
			for _, found := range defined.FindAllSubmatch(text, -1) {
				names[string(found[1])] = true
			}
			return err
		}))
	}
	require.NotEmpty(t, names)
	return names
}

// rule is one of alerts.yaml: an alert, or what is recorded under a name.
type rule struct {
	Alert       string            `yaml:"alert,omitempty"`
	Record      string            `yaml:"record,omitempty"`
	Expr        string            `yaml:"expr"`
	Labels      map[string]string `yaml:"labels,omitempty"`
	Annotations map[string]string `yaml:"annotations,omitempty"`
}

// rules are those of alerts.yaml: what is recorded, and the alerts.
func rules(t *testing.T) (records, alerts []rule) {
	var file struct{ Groups []struct{ Rules []rule } }
	require.NoError(t, yaml.Unmarshal(read(t, "alerts.yaml"), &file))
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			if r.Record != "" {
				records = append(records, r)
			} else {
				alerts = append(alerts, r)
			}
		}
	}
	require.NotEmpty(t, records)
	require.NotEmpty(t, alerts)
	return records, alerts
}

func read(t *testing.T, file string) []byte {
	text, err := os.ReadFile(folder + file)
	require.NoError(t, err)
	return text
}

// cases are the files of promtool's tests.
func cases(t *testing.T) (files []string) {
	found, err := filepath.Glob(folder + "*_test.yaml")
	require.NoError(t, err)
	for _, file := range found {
		files = append(files, filepath.Base(file))
	}
	require.NotEmpty(t, files)
	return files
}

func TestWhatIsNamedIsMeasuredOrRecorded(t *testing.T) {
	names, known := measured(t), map[string]bool{}
	records, _ := rules(t)
	for _, r := range records {
		known[r.Record] = true
	}
	for _, file := range append(cases(t), "alerts.yaml", "dashboard.json") {
		text := string(read(t, file))
		require.Regexp(t, used, text, file)
		for _, name := range recorded.FindAllString(text, -1) {
			require.True(t, known[name], "%s names %s, which alerts.yaml does not record", file, name)
		}
		for _, name := range used.FindAllString(recorded.ReplaceAllString(text, ""), -1) {
			require.True(t, names[name] || names[suffix.ReplaceAllString(name, "")], "%s names %s, which no function measures", file, name)
		}
	}
}

// TestARecordIsCalledAfterWhatItHolds holds names to level:metric:operation
// (https://prometheus.io/docs/practices/rules/).
func TestARecordIsCalledAfterWhatItHolds(t *testing.T) {
	records, _ := rules(t)
	for _, r := range records {
		parts := strings.Split(r.Record, ":")
		require.Len(t, parts, 3, r.Record)
		require.Equal(t, "increase1m", parts[2], r.Record)
		level := regexp.MustCompile(`sum by \(([\w, ]+)\)`).FindStringSubmatch(r.Expr)
		require.NotNil(t, level, r.Record)
		require.Equal(t, strings.ReplaceAll(level[1], ", ", "_"), parts[0], r.Record)
		for _, name := range used.FindAllString(r.Expr, -1) {
			require.Equal(t, parts[1]+"_total", name, r.Record)
		}
	}
}

// TestCountsAreAddedUpFromTheRecords keeps out what does not see the event that started a
// pod (the comment in alerts.yaml).
func TestCountsAreAddedUpFromTheRecords(t *testing.T) {
	for _, file := range []string{"alerts.yaml", "dashboard.json"} {
		require.NotRegexp(t, `(increase|rate)\(redthread_\w+_total`, string(read(t, file)), file)
	}
}

func TestEachAlertSaysHowUrgentItIsAndWhatIsToBeDone(t *testing.T) {
	_, alerts := rules(t)
	for _, r := range alerts {
		require.Contains(t, []string{"page", "ticket"}, r.Labels["severity"], r.Alert)
		require.NotEmpty(t, r.Annotations["summary"], r.Alert)
		require.NotEmpty(t, r.Annotations["action"], r.Alert)
	}
}

func TestEachAlertIsSeenToFireAndToKeepQuiet(t *testing.T) {
	fires, quiet := map[string]bool{}, map[string]bool{}
	for _, name := range cases(t) {
		var file struct {
			Tests []struct {
				Rules []struct {
					Alert string `yaml:"alertname"`
					Fires []any  `yaml:"exp_alerts"`
				} `yaml:"alert_rule_test"`
			}
		}
		require.NoError(t, yaml.Unmarshal(read(t, name), &file))
		for _, test := range file.Tests {
			for _, r := range test.Rules {
				fires[r.Alert] = fires[r.Alert] || len(r.Fires) > 0
				quiet[r.Alert] = quiet[r.Alert] || len(r.Fires) == 0
			}
		}
	}
	_, alerts := rules(t)
	for _, r := range alerts {
		require.True(t, fires[r.Alert], "%s is not seen to fire", r.Alert)
		require.True(t, quiet[r.Alert], "%s is not seen to keep quiet", r.Alert)
	}
}
