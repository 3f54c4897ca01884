package terraform_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const anyCluster = "examples/any-cluster"

func TestTheSuiteIsAppliedChangedAndTakenAway(t *testing.T) {
	thorough(t)
	s := set(t)
	cluster := serve(t)
	cluster.define()
	manifests := filepath.Join(t.TempDir(), "functions")
	require.NoError(t, os.CopyFS(manifests, os.DirFS("../../functions")))
	settle := func(more map[string]any) {
		all := map[string]any{"image": "registry.example/redthread:1", "kubeconfig": "cluster.yaml", "create_namespace": false, "manifests": manifests}
		for name, value := range more {
			all[name] = value
		}
		text, err := json.Marshal(all)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(s.top, anyCluster, "test.auto.tfvars.json"), text, 0o600))
	}
	apply := func() map[string]string {
		s.must(anyCluster, "apply", "-auto-approve", "-no-color")
		out, err := s.in(anyCluster, "plan", "-detailed-exitcode", "-no-color")
		require.NoError(t, err, "a plan after the apply is empty:\n%s", out)
		return cluster.everything()
	}
	require.NoError(t, os.WriteFile(filepath.Join(s.top, anyCluster, "cluster.yaml"), []byte(cluster.kubeconfig()), 0o600))
	at := cluster.everything()
	s.init(anyCluster)

	settle(nil)
	before := apply()
	require.Contains(t, before, "services/collect")

	require.NoError(t, os.RemoveAll(filepath.Join(manifests, "flows", "socialcare")))
	after := apply()
	require.NotContains(t, after, "services/socialcare")
	for name, version := range before {
		if !strings.Contains(name, "/socialcare") {
			require.Equal(t, version, after[name], "%s is touched when another function goes", name)
		}
	}

	settle(map[string]any{"settings": map[string]string{"RATE": "7"}})
	for name, version := range apply() {
		changed := strings.HasPrefix(name, "services/") && strings.Contains("services/audience services/crm services/email services/push services/sms services/ticket", name)
		require.Equal(t, changed, version != after[name], "%s: only those change that have the setting", name)
	}

	const trigger = "/apis/eventing.knative.dev/v1/namespaces/redthread/triggers/ticket"
	code, _ := cluster.ask(http.MethodDelete, trigger, nil)
	require.Equal(t, http.StatusOK, code)
	require.Contains(t, apply(), "triggers/ticket", "what somebody has deleted is made again")

	s.must(anyCluster, "destroy", "-auto-approve", "-no-color")
	require.Equal(t, at, cluster.everything(), "what is left")
}
