package terraform_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions"
	"redthread.dev/infra/local/broker"
	"redthread.dev/infra/local/filter"
	"redthread.dev/shared/function"
)

func contains(text []byte, word string) bool { return strings.Contains(string(text), word) }

func TestEveryFunctionBecomesAServiceWithItsTriggers(t *testing.T) {
	objects, out, err := set(t).planned(map[string]any{"outbox": nil})
	require.NoError(t, err, out)
	triggers, types := map[string][]string{}, map[string][]string{}
	for _, o := range objects {
		require.Equal(t, "redthread", o.at("metadata", "labels", "app.kubernetes.io/part-of"), "%v", o)
		switch o["kind"] {
		case "Trigger":
			name := o.at("spec", "subscriber", "ref", "name").(string)
			require.NotContains(t, triggers, name, "one Trigger a function")
			for _, f := range o.at("spec", "filters", 0, "any").([]any) {
				triggers[name] = append(triggers[name], f.(map[string]any)["cesql"].(string))
			}
			asInfraLocal(t, o)
		case "EventType":
			name := o.at("metadata", "labels", "app.kubernetes.io/name").(string)
			types[name] = append(types[name], o.at("spec", "type").(string))
		}
	}
	services := 0
	for _, spec := range functions.All {
		m, err := function.ParseManifest(spec.Name, spec.Manifest)
		require.NoError(t, err)
		var want []string
		for i := range m.Triggers {
			want = append(want, m.Expression(i))
		}
		require.ElementsMatch(t, want, triggers[m.Name], "%s: filters as infra/local gives them its broker", m.Name)
		require.ElementsMatch(t, m.Emits, types[m.Name], m.Name)
		require.Contains(t, objects, "ServiceAccount/"+m.Name)
		isServed(t, m, objects["Service/"+m.Name])
		services++
	}
	for name := range objects {
		if strings.HasPrefix(name, "Service/") {
			services--
		}
	}
	require.Zero(t, services, "a Service for each function, and no other")
	once(t, objects)
}

// asInfraLocal holds a trigger to what infra/local does with one.
func asInfraLocal(t *testing.T, trigger object) {
	t.Helper()
	for _, f := range trigger.at("spec", "filters", 0, "any").([]any) {
		_, err := filter.Parse(f.(map[string]any)["cesql"].(string))
		require.NoError(t, err)
	}
	d := broker.DefaultRetry
	require.Equal(t, d.Retry, trigger.at("spec", "delivery", "retry"))
	require.Equal(t, d.BackoffPolicy, trigger.at("spec", "delivery", "backoffPolicy"))
	require.Equal(t, "PT"+strings.TrimSuffix(fmt.Sprint(d.BackoffDelay.Seconds()), "s")+"S", trigger.at("spec", "delivery", "backoffDelay"), d.BackoffDelay/time.Millisecond)
	require.Equal(t, "deadletter", trigger.at("spec", "delivery", "deadLetterSink", "ref", "name"))
	require.Equal(t, "redthread", trigger.at("spec", "broker"))
}

func isServed(t *testing.T, m function.Manifest, service object) {
	t.Helper()
	require.NotNil(t, service, m.Name)
	template := object(service.at("spec", "template").(map[string]any))
	require.Equal(t, "cluster-local", service.at("metadata", "labels", "networking.knative.dev/visibility"), m.Name)
	require.Equal(t, fmt.Sprint(m.Scale.Min), template.at("metadata", "annotations", "autoscaling.knative.dev/min-scale"))
	require.Equal(t, fmt.Sprint(m.Scale.Max), template.at("metadata", "annotations", "autoscaling.knative.dev/max-scale"))
	require.Equal(t, m.Scale.Concurrency, template.at("spec", "containerConcurrency"))
	require.Equal(t, m.Name, template.at("spec", "serviceAccountName"))
	c := object(template.at("spec", "containers", 0).(map[string]any))
	require.Equal(t, "/readyz", c.at("readinessProbe", "httpGet", "path"))
	require.Equal(t, "/healthz", c.at("livenessProbe", "httpGet", "path"))
	require.Equal(t, map[string]any{
		"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true,
		"capabilities": map[string]any{"drop": []any{"ALL"}}, "seccompProfile": map[string]any{"type": "RuntimeDefault"},
	}, c.at("securityContext"))
	env := environment(t, c)
	require.Equal(t, m.Name, env["FUNCTION"])
	require.Equal(t, "http://broker-ingress.knative-eventing.svc.cluster.local/redthread/redthread", env["K_SINK"])
	require.Equal(t, "secret redthread-postgres url", env["STORE"])
	for name, value := range m.Settings {
		if name == "IDENTITY_KEY" || name == "LINK_KEY" {
			value = "secret redthread-keys " + name
		}
		require.Equal(t, value, env[name], "%s of %s", name, m.Name) // an empty one is not there
	}
	require.Len(t, env, len(slices.DeleteFunc(slices.Collect(maps.Keys(m.Settings)), func(name string) bool { return env[name] == "" }))+4,
		"settings, FUNCTION, K_SINK, STORE, GOMEMLIMIT: %v", env)
}

// environment reads the variables of a container; those by reference begin with secret.
func environment(t *testing.T, container object) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, v := range container.at("env").([]any) {
		one := object(v.(map[string]any))
		name := one.at("name").(string)
		require.NotContains(t, all, name)
		if ref := one.at("valueFrom", "secretKeyRef"); ref != nil {
			all[name] = fmt.Sprintf("secret %v %v", one.at("valueFrom", "secretKeyRef", "name"), one.at("valueFrom", "secretKeyRef", "key"))
		} else {
			all[name] = one.at("value").(string)
			require.NotEmpty(t, all[name], "%s: Kubernetes would drop it, and each plan find it missing", name)
		}
	}
	return all
}

// once holds what there is once.
func once(t *testing.T, objects map[string]object) {
	t.Helper()
	require.Equal(t, "restricted", objects["Namespace/redthread"].at("metadata", "labels", "pod-security.kubernetes.io/enforce"))
	b := objects["Broker/redthread"]
	require.Equal(t, "MTChannelBasedBroker", b.at("metadata", "annotations", "eventing.knative.dev/broker.class"))
	require.Equal(t, "deadletter", b.at("spec", "delivery", "deadLetterSink", "ref", "name"))
	ping := objects["PingSource/timers"]
	require.Equal(t, "* * * * *", ping.at("spec", "schedule"))
	require.Equal(t, "Broker", ping.at("spec", "sink", "ref", "kind"))
	require.Equal(t, "timers", ping.at("spec", "ceOverrides", "extensions", "tick"))
}
