// Package knative holds what only a real Knative can show: the suite, as Terraform has
// applied it to a whole node (tools), gets events through Knative's broker and does what
// it is for. make test-knative starts the node, and runs these tests.
package knative

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/postgres" // linked: postgres://
)

// The node as tools makes it: its own PostgreSQL, and the office that mails and webhooks
// go to.
const (
	namespace = "redthread"
	database  = "postgres://redthread:redthread@10.213.255.2:5432/redthread?sslmode=disable"
	office    = "http://10.213.255.2:8025/"
)

// cluster is the node and the suite on it.
type cluster struct {
	dir     string
	ingress string // of the broker, as the machine reaches it
	store   store.Store
}

// open finds the node that REDTHREAD_KNATIVE names, a kubeconfig.
func open(t *testing.T) *cluster {
	t.Helper()
	config := os.Getenv("REDTHREAD_KNATIVE")
	if config == "" {
		t.Skip("no node to test on: make test-knative starts one (half an hour the first time)")
	}
	c := &cluster{dir: filepath.Dir(config)}
	address := c.kubectl(t, "get", "service", "broker-ingress", "--namespace=knative-eventing", "--output=jsonpath={.spec.clusterIP}")
	c.ingress = fmt.Sprintf("http://%s/%s/redthread", address, namespace)
	var err error
	c.store, err = store.Open(t.Context(), database)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.store.Close()) })
	return c
}

// kubectl runs kubectl in the suite's namespace.
func (c *cluster) kubectl(t testing.TB, args ...string) string {
	t.Helper()
	out, err := c.try(args...)
	require.NoError(t, err)
	return out
}

func (c *cluster) try(args ...string) (string, error) {
	cmd := exec.Command(filepath.Join(c.dir, "bin", "kubectl"), args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+filepath.Join(c.dir, "admin.kubeconfig"))
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("kubectl %s: %w: %s", strings.Join(args, " "), err, said.String())
	}
	return strings.TrimSpace(string(out)), nil
}

// restore makes an object again that was taken away.
func (c *cluster) restore(was string) error {
	var object map[string]any
	if err := json.Unmarshal([]byte(was), &object); err != nil {
		return err
	}
	meta := object["metadata"].(map[string]any)
	for _, field := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"} {
		delete(meta, field)
	}
	delete(object, "status")
	again, err := json.Marshal(object)
	if err != nil {
		return err
	}
	file := filepath.Join(c.dir, "restored.json")
	if err := os.WriteFile(file, again, 0o600); err != nil {
		return err
	}
	_, err = c.try("create", "--filename="+file)
	return err
}

// instances are the pods of a function, or of all.
func (c *cluster) instances(t testing.TB, function string) []string {
	t.Helper()
	selector := "--selector=serving.knative.dev/service"
	if function != "" {
		selector += "=" + function
	}
	return strings.Fields(c.kubectl(t, "get", "pods", "--namespace="+namespace, selector, "--output=jsonpath={.items[*].metadata.name}"))
}

// asleep waits until no function has an instance: timers wake one every minute, so that
// the moment has to be found.
func (c *cluster) asleep(t *testing.T, functions ...string) {
	t.Helper()
	await(t, 4*time.Minute, strings.Join(functions, ", ")+" have gone to sleep", func() bool {
		for _, f := range functions {
			if len(c.instances(t, f)) > 0 {
				return false
			}
		}
		return true
	})
}

// send posts an event to the broker, as a source does, until it takes it, and returns when
// it was posted first. The request is of the event's trace.
func (c *cluster) send(t testing.TB, e events.Event) time.Time {
	t.Helper()
	body, err := json.Marshal(e)
	require.NoError(t, err)
	at := time.Now()
	require.NoError(t, taken(c.ingress, body, events.Extension(e, events.ExtTraceParent)))
	return at
}

// happened sends events one after the other, each when the one before is in the journal:
// a broker keeps no order.
func (c *cluster) happened(t *testing.T, all ...events.Event) {
	t.Helper()
	for _, e := range all {
		c.send(t, e)
		await(t, time.Minute, events.Tag(e)+" is in the journal", func() bool {
			docs, err := c.store.Get(t.Context(), profile.JournalKey(events.Hash(e)))
			return err == nil && docs[0].Exists()
		})
	}
}

// item is what has come to the office.
type item struct {
	Kind, ID, To, Subject, Sender, Body string
	At                                  time.Time
}

// came waits for something of a kind that mentions a text, and says when it came.
func came(t *testing.T, within time.Duration, kind, mention string) item {
	t.Helper()
	var found item
	await(t, within, kind+" that mentions "+mention, func() bool {
		for _, i := range got(t, kind) {
			if strings.Contains(i.To+i.Body, mention) {
				found = i
				return true
			}
		}
		return false
	})
	return found
}

// got is all that has come of a kind.
func got(t testing.TB, kind string) []item {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, office+"?kind="+kind, http.NoBody)
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	var all []item
	require.NoError(t, json.NewDecoder(res.Body).Decode(&all))
	return all
}

// await waits until something is so.
func await(t testing.TB, within time.Duration, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if so() {
			return
		}
	}
	require.Fail(t, "it did not come to that within "+within.String(), what)
}

// decided is when a flow has decided on an action.
func (c *cluster) decided(t *testing.T, id string) time.Time {
	t.Helper()
	docs, err := c.store.Get(t.Context(), store.Key{Collection: action.Collection, ID: id})
	require.NoError(t, err)
	a, err := action.Read(docs[0])
	require.NoError(t, err)
	return a.Created
}
