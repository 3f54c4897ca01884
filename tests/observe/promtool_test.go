package observe

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// promtool has Prometheus' own tool agree.
func promtool(t *testing.T, arguments ...string) {
	t.Helper()
	out, err := asks(t, arguments...)
	require.NoError(t, err, "%s", out)
	t.Logf("%s", out)
}

// asks returns what promtool says.
func asks(t *testing.T, arguments ...string) (string, error) {
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("skipped 1 test: promtool is not here; it is in Debian's package prometheus")
	}
	command := exec.Command(path, arguments...)
	command.Dir = folder
	out, err := command.CombinedOutput()
	return string(out), err
}

func TestPrometheusTakesTheAlerts(t *testing.T) { promtool(t, "check", "rules", "alerts.yaml") }

func TestPrometheusAlertsAsTheTestsSay(t *testing.T) {
	promtool(t, append([]string{"test", "rules"}, cases(t)...)...)
}

// written is a file of YAML for promtool.
func written(t *testing.T, content any) string {
	file := filepath.Join(t.TempDir(), "file.yaml")
	text, err := yaml.Marshal(content)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	return file
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
	require.NoError(t, json.Unmarshal(read(t, "dashboard.json"), &dashboard))
	grafana := strings.NewReplacer("$__rate_interval", "5m", "$__interval_ms", "60000", "$__interval", "1m")
	var questions []rule
	for _, p := range dashboard.Panels {
		require.NotEmpty(t, p.Description, p.Title)
		require.NotEmpty(t, p.Targets, p.Title)
		for _, target := range p.Targets {
			questions = append(questions, rule{Record: fmt.Sprintf("question_%d", len(questions)), Expr: grafana.Replace(target.Expr)})
		}
	}
	promtool(t, "check", "rules", written(t, map[string]any{"groups": []any{map[string]any{"name": "questions", "rules": questions}}}))
}
