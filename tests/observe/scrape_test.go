package observe

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// job is an entry of scrape_configs.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config
type job struct {
	Name      string `yaml:"job_name"`
	Path      string `yaml:"metrics_path"`
	Interval  string `yaml:"scrape_interval"`
	Timeout   string `yaml:"scrape_timeout"`
	Discovery []struct {
		Role       string
		Namespaces struct{ Names []string }
	} `yaml:"kubernetes_sd_configs"`
	Relabel []struct {
		Sources []string `yaml:"source_labels"`
		Regex   string
		Action  string
		Target  string `yaml:"target_label"`
	} `yaml:"relabel_configs"`
}

// jobs are those of scrape.yaml, which has no keys but those of job.
func jobs(t *testing.T) (jobs []job) {
	d := yaml.NewDecoder(bytes.NewReader(read(t, "scrape.yaml")))
	d.KnownFields(true)
	require.NoError(t, d.Decode(&jobs))
	return jobs
}

// TestPrometheusTakesTheScrapeConfig leaves out how pods are found when promtool does not
// know it: Debian's is built without Kubernetes. That part is read strictly below.
func TestPrometheusTakesTheScrapeConfig(t *testing.T) {
	var jobs []map[string]any
	require.NoError(t, yaml.Unmarshal(read(t, "scrape.yaml"), &jobs))
	rules, err := filepath.Abs(folder + "alerts.yaml")
	require.NoError(t, err)
	config := func() string {
		return written(t, map[string]any{"rule_files": []string{rules}, "scrape_configs": jobs})
	}
	if out, _ := asks(t, "check", "config", config()); strings.Contains(out, "field kubernetes_sd_configs not found") {
		t.Log("promtool knows nothing of Kubernetes: checked without kubernetes_sd_configs")
		for _, j := range jobs {
			delete(j, "kubernetes_sd_configs")
		}
	}
	promtool(t, "check", "config", config())
}

// asked tells whether a port of a pod is asked for metrics, and by which labels of its own
// its metrics are known.
func (j job) asked(port map[string]string) (bool, map[string]string) {
	labels := map[string]string{}
	for _, r := range j.Relabel {
		var values []string
		for _, name := range r.Sources {
			values = append(values, port[name])
		}
		value := strings.Join(values, ";")
		if r.Action == "keep" && !regexp.MustCompile("^(?:"+r.Regex+")$").MatchString(value) {
			return false, nil
		}
		if r.Target != "" {
			labels[r.Target] = value
		}
	}
	return true, labels
}

func TestTheFunctionsOfRunningPodsAreAskedAndNothingElse(t *testing.T) {
	jobs := jobs(t)
	require.Len(t, jobs, 1)
	require.Len(t, jobs[0].Discovery, 1)
	require.Equal(t, "pod", jobs[0].Discovery[0].Role)
	require.Equal(t, []string{"redthread"}, jobs[0].Discovery[0].Namespaces.Names)
	port := func(change ...string) map[string]string { // as Knative Serving 0.50 makes it
		p := map[string]string{
			"namespace": "redthread", "pod_name": "collect-00001-deployment-7d4b-x2x", "pod_phase": "Running",
			"pod_label_app_kubernetes_io_part_of": "redthread", "pod_container_name": "user-container", "pod_container_port_name": "user-port",
		}
		for i := 0; i < len(change); i += 2 {
			p[change[i]] = change[i+1]
		}
		meta := map[string]string{}
		for name, value := range p {
			meta["__meta_kubernetes_"+name] = value
		}
		return meta
	}
	asked, labels := jobs[0].asked(port())
	require.True(t, asked)
	require.Equal(t, map[string]string{"namespace": "redthread", "pod": "collect-00001-deployment-7d4b-x2x"}, labels)
	for name, p := range map[string]map[string]string{
		"its proxy's metrics":   port("pod_container_name", "queue-proxy", "pod_container_port_name", "http-usermetric"),
		"its proxy":             port("pod_container_name", "queue-proxy", "pod_container_port_name", "queue-port"),
		"a pod that is not yet": port("pod_phase", "Pending"),
		"a pod that has ended":  port("pod_phase", "Succeeded"),
		"what is not the suite": port("pod_label_app_kubernetes_io_part_of", ""),
	} {
		asked, _ := jobs[0].asked(p)
		require.False(t, asked, name)
	}
}
