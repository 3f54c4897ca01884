package terraform_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// server is a Kubernetes API server with its etcd and Knative's resources, and nothing
// that acts on them: tests/knative has the whole of it.
type server struct {
	*testing.T
	url string
}

// resources are the definitions of what Terraform makes, in the modules of Knative.
var resources = map[string][]string{
	"knative.dev/serving@v0.50.0":  {"config/core/300-resources/service.yaml"},
	"knative.dev/eventing@v0.50.0": {"config/core/resources/broker.yaml", "config/core/resources/trigger.yaml", "config/core/resources/eventtype.yaml", "config/core/resources/pingsource.yaml"},
}

func serve(t *testing.T) server {
	t.Helper()
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	var built []string
	for _, pattern := range []string{"*/kube-apiserver", "*/*/kube-apiserver"} {
		found, _ := filepath.Glob(filepath.Join(cache, "redthread", "knative", pattern))
		built = append(built, found...)
	}
	etcd, err := exec.LookPath("etcd")
	if err != nil || len(built) == 0 {
		t.Skip("there is no etcd, or no kube-apiserver, which make cluster builds")
	}
	dir, ports := t.TempDir(), [3]string{}
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		ports[i] = l.Addr().String()
		l.Close()
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	sa := filepath.Join(dir, "sa.key")
	require.NoError(t, os.WriteFile(sa, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), 0o600))
	tokens := filepath.Join(dir, "tokens.csv")
	require.NoError(t, os.WriteFile(tokens, []byte("t,admin,admin,\"system:masters\"\n"), 0o600))
	start(t, etcd, "--data-dir="+filepath.Join(dir, "etcd"), "--unsafe-no-fsync", "--listen-client-urls=http://"+ports[0], "--advertise-client-urls=http://"+ports[0],
		"--listen-peer-urls=http://"+ports[1], "--initial-advertise-peer-urls=http://"+ports[1], "--initial-cluster=default=http://"+ports[1])
	_, port, _ := net.SplitHostPort(ports[2])
	start(t, built[0], "--etcd-servers=http://"+ports[0], "--bind-address=127.0.0.1", "--secure-port="+port, "--cert-dir="+filepath.Join(dir, "certs"),
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file="+sa, "--service-account-signing-key-file="+sa,
		"--token-auth-file="+tokens, "--authorization-mode=RBAC", "--service-cluster-ip-range=10.96.0.0/16", "--disable-admission-plugins=ServiceAccount")
	s := server{t, "https://127.0.0.1:" + port}
	require.Eventually(t, func() bool { code, _ := s.ask(http.MethodGet, "/readyz", nil); return code == http.StatusOK }, 2*time.Minute, 500*time.Millisecond)
	return s
}

// start runs a program until the test ends.
func start(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill() //nolint:errcheck // what it keeps goes with the test
		cmd.Wait()         //nolint:errcheck // as above
	})
}

// ask sends a request, and returns nothing of one that failed.
func (s server) ask(method, path string, body any) (int, []byte) {
	text, err := json.Marshal(body)
	require.NoError(s, err)
	req, err := http.NewRequest(method, s.url+path, bytes.NewReader(text))
	require.NoError(s, err)
	req.Header.Set("Authorization", "Bearer t")
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // it has made its certificate itself
	res, err := client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	require.NoError(s, err)
	return res.StatusCode, answer
}

// define tells the server of Knative's resources, and makes the suite's namespace.
func (s server) define() {
	for module, files := range resources {
		cmd := exec.Command("go", "mod", "download", "-json", module)
		cmd.Dir = os.TempDir()
		out, err := cmd.Output()
		require.NoError(s, err, module)
		var at struct{ Dir string }
		require.NoError(s, json.Unmarshal(out, &at))
		for _, file := range files {
			text, err := os.ReadFile(filepath.Join(at.Dir, file))
			require.NoError(s, err)
			var crd map[string]any
			require.NoError(s, yaml.Unmarshal(text, &crd))
			code, said := s.ask(http.MethodPost, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd)
			require.Equal(s, http.StatusCreated, code, "%s: %s", file, said)
		}
	}
	code, said := s.ask(http.MethodPost, "/api/v1/namespaces", map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": "redthread"}})
	require.Equal(s, http.StatusCreated, code, "%s", said)
	require.Eventually(s, func() bool { return s.everything() != nil }, time.Minute, 500*time.Millisecond)
}

// everything is what the namespace holds of the kinds that Terraform makes, with the
// version of each, or nil when the server does not know all of them yet.
func (s server) everything() map[string]string {
	all := map[string]string{}
	for _, kind := range []string{"serving.knative.dev/v1 services", "eventing.knative.dev/v1 brokers", "eventing.knative.dev/v1 triggers",
		"eventing.knative.dev/v1beta2 eventtypes", "sources.knative.dev/v1 pingsources", " serviceaccounts", " configmaps"} {
		group, plural, _ := strings.Cut(kind, " ")
		path := "/apis/" + group
		if group == "" {
			path = "/api/v1"
		}
		code, said := s.ask(http.MethodGet, fmt.Sprintf("%s/namespaces/redthread/%s", path, plural), nil)
		if code != http.StatusOK {
			return nil
		}
		var list struct {
			Items []struct {
				Metadata struct{ Name, ResourceVersion string }
			}
		}
		require.NoError(s, json.Unmarshal(said, &list))
		for _, item := range list.Items {
			all[plural+"/"+item.Metadata.Name] = item.Metadata.ResourceVersion
		}
	}
	return all
}

// kubeconfig is how Terraform finds the server.
func (s server) kubeconfig() string {
	return fmt.Sprintf(`
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: %q, insecure-skip-tls-verify: true}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users: [{name: u, user: {token: t}}]
current-context: c
`, s.url)
}
