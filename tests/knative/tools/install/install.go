package install

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"redthread.dev/tests/knative/tools/parts"
)

// Cluster is where things are installed.
type Cluster struct {
	Kubectl, Kubeconfig string
	Log                 io.Writer
}

// Run runs kubectl with something to read, and returns what it says.
func (c Cluster) Run(ctx context.Context, in []byte, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, c.Kubectl, args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+c.Kubeconfig)
	cmd.Stdin = bytes.NewReader(in)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("kubectl %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(said.String()))
	}
	return strings.TrimSpace(string(out)), nil
}

// AwaitAPI waits until the API server is ready.
func (c Cluster) AwaitAPI(ctx context.Context) error {
	return c.until(ctx, "the API server is ready", func(ctx context.Context) error {
		_, err := c.Run(ctx, nil, "get", "--raw=/readyz")
		return err
	})
}

// until tries again until it succeeds or ctx ends.
func (c Cluster) until(ctx context.Context, what string, try func(context.Context) error) error {
	for {
		within, cancel := context.WithTimeout(ctx, 10*time.Second)
		err := try(within)
		cancel()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait until %s: %w", what, err)
		case <-time.After(300 * time.Millisecond):
		}
	}
}

// apply applies a bundle, as if it had been typed in by somebody called so.
func (c Cluster) apply(ctx context.Context, by string, b *bundle) error {
	_, err := c.Run(ctx, b.fitted(), "apply", "--server-side", "--force-conflicts", "--field-manager="+by, "-f", "-")
	return err
}

// Knative installs all of it, and waits until it is available.
func (c Cluster) Knative(ctx context.Context) error {
	configs, err := parts.FetchConfigs(ctx)
	if err != nil {
		return err
	}
	steps := []struct {
		what string
		do   func(context.Context, parts.Configs) error
	}{
		{"CoreDNS, Traefik, and Knative's resources", c.definitions},
		{"Knative's roles, settings and programs", c.programs},
		{"waiting until all of them are available", c.available},
		{"Knative's admission webhooks", c.webhooks},
	}
	for _, step := range steps {
		fmt.Fprintf(c.Log, "%s …", step.what)
		began := time.Now()
		if err := step.do(ctx, configs); err != nil {
			fmt.Fprintln(c.Log)
			return err
		}
		fmt.Fprintf(c.Log, " %s\n", time.Since(began).Round(100*time.Millisecond))
	}
	return nil
}

func (c Cluster) definitions(ctx context.Context, from parts.Configs) error {
	var b bundle
	err := errors.Join(b.own("coredns"), b.own("traefik"),
		b.add(filepath.Join(from.Serving, "core/100-namespace.yaml"), filepath.Join(from.Serving, "core/300-resources"),
			filepath.Join(from.Networking, "ingress.yaml"), filepath.Join(from.Networking, "serverlessservice.yaml"),
			filepath.Join(from.Networking, "certificate.yaml"), filepath.Join(from.Networking, "domain-claim.yaml"),
			filepath.Join(from.Caching, "image.yaml"),
			filepath.Join(from.Eventing, "core/100-namespace.yaml"), filepath.Join(from.Eventing, "core/resources"),
			filepath.Join(from.Eventing, "channels/in-memory-channel/resources")))
	if err != nil {
		return err
	}
	if err := c.apply(ctx, "redthread", &b); err != nil {
		return err
	}
	_, err = c.Run(ctx, nil, "wait", "--for=condition=Established", "--timeout=60s", "crd", "--all")
	return err
}

func (c Cluster) programs(ctx context.Context, from parts.Configs) error {
	core, channel, broker := filepath.Join(from.Eventing, "core"), filepath.Join(from.Eventing, "channels/in-memory-channel"),
		filepath.Join(from.Eventing, "brokers/mt-channel-broker")
	serviceAccounts, err := filepath.Glob(filepath.Join(from.Eventing, "*", "200-*serviceaccount.yaml"))
	more, err2 := filepath.Glob(filepath.Join(channel, "200-*serviceaccount.yaml"))
	var b, settings bundle
	err = errors.Join(err, err2, b.add(append(serviceAccounts, more...)...),
		b.add(filepath.Join(from.Serving, "core/200-roles"), filepath.Join(from.Serving, "core/200-serviceaccount.yaml"),
			filepath.Join(from.Networking, "config-network.yaml"), filepath.Join(from.Serving, "core/configmaps"),
			filepath.Join(core, "roles"), filepath.Join(core, "configmaps"), filepath.Join(channel, "roles"), filepath.Join(channel, "configmaps"),
			filepath.Join(broker, "roles")),
		settings.own("settings"))
	if err != nil {
		return err
	}
	if err := c.apply(ctx, "redthread", &b); err != nil {
		return err
	}
	if err := c.apply(ctx, "settings", &settings); err != nil {
		return err
	}
	// The secrets of webhooks are filled by the programs, which look for them when they start.
	var run bundle
	if err := run.add(filepath.Join(from.Serving, "core/webhooks/secret.yaml"), filepath.Join(core, "webhooks/secret.yaml"),
		filepath.Join(channel, "webhooks/secret.yaml"), filepath.Join(from.Serving, "core/999-cache.yaml"),
		filepath.Join(from.Serving, "core/deployments"), filepath.Join(core, "deployments"), filepath.Join(channel, "deployments"),
		filepath.Join(broker, "deployments")); err != nil {
		return err
	}
	return c.apply(ctx, "redthread", &run)
}

var namespaces = []string{"kube-system", "traefik", "knative-serving", "knative-eventing"}

func (c Cluster) available(ctx context.Context, _ parts.Configs) error {
	for _, namespace := range namespaces {
		if _, err := c.Run(ctx, nil, "wait", "--namespace="+namespace, "--for=condition=Available", "--timeout=180s", "deployment", "--all"); err != nil {
			pods, _ := c.Run(ctx, nil, "get", "pods", "--all-namespaces") //nolint:errcheck // it is for the eye
			return fmt.Errorf("%w\n%s", err, pods)
		}
	}
	return nil
}

// webhooks come last: before the programs run that answer them they refuse everything.
func (c Cluster) webhooks(ctx context.Context, from parts.Configs) error {
	var b bundle
	err := b.add(filepath.Join(from.Serving, "core/webhooks"), filepath.Join(from.Eventing, "core/webhooks"),
		filepath.Join(from.Eventing, "channels/in-memory-channel/webhooks"))
	if err != nil {
		return err
	}
	return c.apply(ctx, "redthread", &b)
}
