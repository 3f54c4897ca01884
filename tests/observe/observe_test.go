// Package observe holds what infra/observe gives to Prometheus and Grafana to what the
// functions measure, and has Prometheus' own tool judge it.
package observe

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

const folder = "../../infra/observe/"

var (
	defined = regexp.MustCompile(`Name:\s+"(redthread_\w+)"`)
	used    = regexp.MustCompile(`redthread_\w+`)
	suffix  = regexp.MustCompile(`_(bucket|sum|count)$`)
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

func TestAlertsAndDashboardNameMetricsThatThereAre(t *testing.T) {
	names := measured(t)
	for _, file := range []string{"alerts.yaml", "alerts_test.yaml", "dashboard.json"} {
		text, err := os.ReadFile(folder + file)
		require.NoError(t, err)
		found := used.FindAllString(string(text), -1)
		require.NotEmpty(t, found, file)
		for _, name := range found {
			require.True(t, names[name] || names[suffix.ReplaceAllString(name, "")], "%s names %s, which no function measures", file, name)
		}
	}
}

// alerts are the names in alerts.yaml.
func alerts(t *testing.T) (names []string) {
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert       string
				Labels      map[string]string
				Annotations map[string]string
			}
		}
	}
	text, err := os.ReadFile(folder + "alerts.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &file))
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			names = append(names, r.Alert)
			require.Contains(t, []string{"page", "ticket"}, r.Labels["severity"], r.Alert)
			require.NotEmpty(t, r.Annotations["summary"], r.Alert)
			require.NotEmpty(t, r.Annotations["action"], "%s says what is to be done", r.Alert)
		}
	}
	return names
}

func TestEachAlertIsSeenToFireAndToKeepQuiet(t *testing.T) {
	text, err := os.ReadFile(folder + "alerts_test.yaml")
	require.NoError(t, err)
	var file struct {
		Tests []struct {
			Rules []struct {
				Alert string `yaml:"alertname"`
				Fires []any  `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	fires, quiet := map[string]bool{}, map[string]bool{}
	for _, test := range file.Tests {
		for _, r := range test.Rules {
			fires[r.Alert] = fires[r.Alert] || len(r.Fires) > 0
			quiet[r.Alert] = quiet[r.Alert] || len(r.Fires) == 0
		}
	}
	for _, name := range alerts(t) {
		require.True(t, fires[name] && quiet[name], name)
	}
}

func promtool(t *testing.T, arguments ...string) {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("skipped 1 test: promtool is not here; it is in Debian's package prometheus")
	}
	command := exec.Command(path, arguments...)
	command.Dir = folder
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	t.Logf("%s", out)
}

func TestPrometheusTakesTheAlerts(t *testing.T) { promtool(t, "check", "rules", "alerts.yaml") }

func TestPrometheusAlertsAsTheTestsSay(t *testing.T) {
	promtool(t, "test", "rules", "alerts_test.yaml")
}

// TestPrometheusTakesTheDashboardsQuestions has each one checked as a rule, since
// promtool checks nothing else.
func TestPrometheusTakesTheDashboardsQuestions(t *testing.T) {
	var dashboard struct {
		Panels []struct {
			Title       string
			Description string
			Targets     []struct{ Expr string }
		}
	}
	text, err := os.ReadFile(folder + "dashboard.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &dashboard))
	type rule struct {
		Record string `yaml:"record"`
		Expr   string `yaml:"expr"`
	}
	var rules []rule
	for _, p := range dashboard.Panels {
		require.NotEmpty(t, p.Description, p.Title)
		require.NotEmpty(t, p.Targets, p.Title)
		for _, target := range p.Targets {
			rules = append(rules, rule{"panel", strings.ReplaceAll(target.Expr, "$__rate_interval", "5m")})
		}
	}
	file := filepath.Join(t.TempDir(), "questions.yaml")
	text, err = yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "questions", "rules": rules}}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	promtool(t, "check", "rules", file)
}
