package suite

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"redthread.dev/tests/knative/tools/node"
)

// watch gives the node's Prometheus what ops give to theirs: infra/observe. Unlike one that
// runs in a pod it has to be told where the cluster is.
func (s Suite) watch(ctx context.Context) error {
	shipped := filepath.Join(s.Tree, "infra", "observe")
	text, err := os.ReadFile(filepath.Join(shipped, "scrape.yaml"))
	if err != nil {
		return err
	}
	var jobs []map[string]any
	if err := yaml.Unmarshal(text, &jobs); err != nil {
		return fmt.Errorf("read scrape.yaml: %w", err)
	}
	for _, job := range jobs {
		clusters, _ := job["kubernetes_sd_configs"].([]any)
		for _, c := range clusters {
			if c, ok := c.(map[string]any); ok {
				c["kubeconfig_file"] = s.Node.Kubeconfig()
			}
		}
		job["scrape_interval"], job["scrape_timeout"] = "5s", "5s" // pods live for seconds here, not for minutes
	}
	config, err := yaml.Marshal(map[string]any{
		"global":         map[string]any{"evaluation_interval": "5s"},
		"rule_files":     []string{filepath.Join(shipped, "alerts.yaml")},
		"scrape_configs": jobs,
	})
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.Node.Prometheus(), config, 0o644); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+net.JoinHostPort(node.Address, node.Metrics)+"/-/reload", http.NoBody)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("have Prometheus read its settings: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // it is not read
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("have Prometheus read its settings: it answered %s; see %s", res.Status, s.Node.Log("prometheus"))
	}
	return nil
}
