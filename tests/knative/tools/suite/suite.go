// Package suite puts the product on the node: its image, and what Terraform makes of
// examples/any-cluster, with the node's PostgreSQL and office.
package suite

import (
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"redthread.dev/tests/knative/tools/install"
	"redthread.dev/tests/knative/tools/node"
	"redthread.dev/tests/knative/tools/office"
)

// Namespace is where the functions are.
const Namespace = "redthread"

// Suite is the product and where it goes to.
type Suite struct {
	Node    node.Place
	Cluster install.Cluster
	Tree    string // folder of the product's module
	Log     io.Writer
}

// Apply makes the image, and has Terraform apply the example. More than once it changes
// what is different, as it would on any cluster.
func (s Suite) Apply(ctx context.Context) error {
	if err := os.MkdirAll(s.in(), 0o755); err != nil {
		return err
	}
	var image string
	steps := []struct {
		what string
		do   func(context.Context) error
	}{
		{"making the functions' image", func(ctx context.Context) (err error) { image, err = s.image(ctx); return err }},
		{"namespace, secrets and a volume", s.before},
		{"terraform apply of examples/any-cluster", func(ctx context.Context) error { return s.terraform(ctx, image) }},
		{"waiting until all functions are ready", s.ready},
		{"having Prometheus watch them", s.watch},
	}
	for _, step := range steps {
		fmt.Fprintf(s.Log, "%s …", step.what)
		began := time.Now()
		if err := step.do(ctx); err != nil {
			fmt.Fprintln(s.Log)
			return err
		}
		fmt.Fprintf(s.Log, " %s\n", time.Since(began).Round(100*time.Millisecond))
	}
	return nil
}

// in is the folder of what is made on the way.
func (s Suite) in(names ...string) string {
	return filepath.Join(append([]string{s.Node.Dir, "suite"}, names...)...)
}

// run runs a program of the tree.
func (s Suite) run(ctx context.Context, env []string, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = s.Tree, append(os.Environ(), env...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", program, strings.Join(args, " "), err, out, said.String())
	}
	return strings.TrimSpace(string(out)), nil
}

//go:embed before.yaml
var before string

// before is what examples/any-cluster expects to be there: who may read the database and
// what signs links are no business of Terraform's state.
func (s Suite) before(ctx context.Context) error {
	if _, err := s.Cluster.Run(ctx, nil, "get", "secret", "redthread-keys", "--namespace="+Namespace); err == nil {
		return nil
	}
	written, err := template.New("").Parse(before)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	err = written.Execute(&out, map[string]string{
		"Namespace": Namespace, "Store": node.Store, "Outbox": s.Node.Outbox(), "Webhook": office.Secret,
		"IdentityKey": random(), "LinkKey": random(), "VAPIDKey": random(),
	})
	if err != nil {
		return err
	}
	_, err = s.Cluster.Run(ctx, out.Bytes(), "apply", "--server-side", "-f", "-")
	return err
}

func random() string {
	key := make([]byte, 32)
	rand.Read(key) //nolint:errcheck // never returns an error
	return hex.EncodeToString(key)
}

// terraform applies the example, with its state beside the node.
func (s Suite) terraform(ctx context.Context, image string) error {
	config, err := s.run(ctx, nil, "go", "run", "./tests/terraform/providers")
	if err != nil {
		return err
	}
	variables, err := json.MarshalIndent(s.variables(image), "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.in("terraform.tfvars.json"), variables, 0o600); err != nil {
		return err
	}
	// A lock file names the provider as somebody else's machine has built it.
	example := filepath.Join(s.Tree, "infra/terraform/examples/any-cluster")
	env := []string{"TF_CLI_CONFIG_FILE=" + config, "TF_DATA_DIR=" + s.in("data"), "TF_IN_AUTOMATION=1"}
	if _, err := s.run(ctx, env, "terraform", "-chdir="+example, "init", "-input=false", "-no-color"); err != nil {
		return err
	}
	_, err = s.run(ctx, env, "terraform", "-chdir="+example, "apply", "-auto-approve", "-input=false", "-no-color",
		"-state="+s.in("terraform.tfstate"), "-var-file="+s.in("terraform.tfvars.json"))
	return err
}

// ready waits until Knative says that every function can be reached.
func (s Suite) ready(ctx context.Context) error {
	for _, kind := range []string{"broker.eventing.knative.dev", "service.serving.knative.dev", "trigger.eventing.knative.dev", "pingsource"} {
		_, err := s.Cluster.Run(ctx, nil, "wait", "--namespace="+Namespace, "--for=condition=Ready", "--timeout=240s", kind, "--all")
		if err != nil {
			all, _ := s.Cluster.Run(ctx, nil, "get", "--namespace="+Namespace, kind+",pods") //nolint:errcheck // it is for the eye
			return fmt.Errorf("%w\n%s", err, all)
		}
	}
	return nil
}
