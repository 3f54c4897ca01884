package terraform_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"redthread.dev/tests/terraform/mirror"
)

// tree is where Terraform's part of the repository is.
const tree = "../../infra/terraform"

// providers are made once for all tests.
var providers = sync.OnceValues(mirror.Open)

// stage is a copy of the tree, so that a test leaves nothing in it, with the functions
// where the modules look for them.
type stage struct {
	testing.TB
	top string // of the copy of infra/terraform
	env []string
}

func set(t testing.TB) *stage {
	t.Helper()
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("terraform is not installed: https://developer.hashicorp.com/terraform/install")
	}
	if !mirror.There() && !asked() {
		t.Skip("Terraform's provider kubectl is not built yet: make test-terraform builds it")
	}
	m, err := providers()
	require.NoError(t, err)
	repository := t.TempDir()
	s := &stage{TB: t, top: filepath.Join(repository, "infra", "terraform")}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TF_") && !strings.HasPrefix(v, "AWS_") {
			s.env = append(s.env, v)
		}
	}
	s.env = append(s.env, "TF_CLI_CONFIG_FILE="+m.Config, "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1")
	require.NoError(t, os.CopyFS(s.top, os.DirFS(tree)))
	require.NoError(t, filepath.WalkDir(s.top, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(entry.Name(), ".terraform") { // a developer's own
			if err := os.RemoveAll(path); err != nil || !entry.IsDir() {
				return err
			}
			return fs.SkipDir
		}
		return err
	}))
	functions, err := filepath.Abs("../../functions")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(functions, filepath.Join(repository, "functions")))
	return s
}

// under is the stage for a part of the test.
func (s *stage) under(t testing.TB) *stage {
	part := *s
	part.TB = t
	return &part
}

// needsAWS skips a test where Amazon's provider is not to be had.
func (s *stage) needsAWS() {
	s.Helper()
	if m, _ := providers(); m.AWS != nil {
		s.Skip(m.AWS)
	}
}

// in runs terraform in a folder of the copy and returns what it said and whether it was
// content.
func (s *stage) in(folder string, args ...string) (string, error) {
	s.Helper()
	cmd := exec.Command("terraform", args...)
	cmd.Dir, cmd.Env = filepath.Join(s.top, folder), s.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// must is in, and fails the test unless terraform is content.
func (s *stage) must(folder string, args ...string) string {
	s.Helper()
	out, err := s.in(folder, args...)
	require.NoError(s, err, "terraform %s in %s:\n%s", strings.Join(args, " "), folder, out)
	return out
}

func (s *stage) init(folder string) {
	s.Helper()
	s.must(folder, "init", "-backend=false", "-no-color")
}

// folders are all that hold Terraform files, modules and examples.
func (s *stage) folders() []string {
	var all []string
	for _, pattern := range []string{"modules/*/main.tf", "modules/*/*/main.tf", "examples/*/main.tf", "modules/*/tables.tf"} {
		found, err := fs.Glob(os.DirFS(s.top), pattern)
		require.NoError(s, err)
		for _, file := range found {
			all = append(all, filepath.Dir(file))
		}
	}
	require.NotEmpty(s, all)
	return all
}

// cluster is a kubeconfig of a cluster that is nowhere: a plan asks none.
const cluster = `
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "http://127.0.0.1:9"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users: [{name: u, user: {token: t}}]
current-context: c
`

// object is one of Kubernetes'.
type object map[string]any

// at walks down to a member: maps by name, lists by number.
func (o object) at(path ...any) any {
	var v any = map[string]any(o)
	for _, step := range path {
		switch here := v.(type) {
		case map[string]any:
			name, _ := step.(string)
			v = here[name]
		case []any:
			i, ok := step.(int)
			if !ok || i >= len(here) {
				return nil
			}
			v = here[i]
		default:
			return nil
		}
	}
	return v
}

// planned is what any-cluster would make, by kind and name.
func (s *stage) planned(vars map[string]any) (map[string]object, string, error) {
	s.Helper()
	const folder = "examples/any-cluster"
	dir := filepath.Join(s.top, folder)
	if _, err := os.Stat(filepath.Join(dir, ".terraform")); err != nil {
		s.init(folder)
	}
	all := map[string]any{"image": "registry.example/redthread:1", "kubeconfig": filepath.Join(dir, "cluster.yaml")}
	for name, value := range vars {
		all[name] = value
	}
	text, err := json.Marshal(all)
	require.NoError(s, err)
	require.NoError(s, os.WriteFile(filepath.Join(dir, "test.auto.tfvars.json"), text, 0o600))
	require.NoError(s, os.WriteFile(filepath.Join(dir, "cluster.yaml"), []byte(cluster), 0o600))
	if out, err := s.in(folder, "plan", "-no-color", "-out=plan.tfplan"); err != nil {
		return nil, out, err
	}
	return s.objects(s.must(folder, "show", "-json", "plan.tfplan")), "", nil
}

// objects are those of a plan in JSON.
func (s *stage) objects(plan string) map[string]object {
	type module struct {
		Resources []struct {
			Type   string
			Values struct {
				YAML string `json:"yaml_body"`
			}
		}
		Children []module `json:"child_modules"`
	}
	var p struct {
		Values struct {
			Root module `json:"root_module"`
		} `json:"planned_values"`
	}
	require.NoError(s, json.Unmarshal([]byte(plan), &p))
	all := map[string]object{}
	for rest := []module{p.Values.Root}; len(rest) > 0; rest = rest[1:] {
		rest = append(rest, rest[0].Children...)
		for _, r := range rest[0].Resources {
			if r.Type == "kubectl_manifest" {
				var plain map[string]any
				require.NoError(s, yaml.Unmarshal([]byte(r.Values.YAML), &plain))
				o := object(plain)
				all[o.at("kind").(string)+"/"+o.at("metadata", "name").(string)] = o
			}
		}
	}
	return all
}
