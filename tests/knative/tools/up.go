package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"redthread.dev/tests/knative/tools/install"
	"redthread.dev/tests/knative/tools/node"
	"redthread.dev/tests/knative/tools/office"
	"redthread.dev/tests/knative/tools/parts"
	"redthread.dev/tests/knative/tools/suite"
)

// tree is the folder of the product's module, seen from this program's.
const tree = "../../.."

// patience is how long a node may take to be ready once all is built.
const patience = 8 * time.Minute

func build(ctx context.Context, made parts.Cache) error {
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	if _, err := os.Stat("pause/main.go"); err != nil {
		return fmt.Errorf("%s is not the folder of this program, from where it builds; go run -C tests/knative/tools . build", here)
	}
	if err := made.Build(ctx, here, os.Stderr); err != nil {
		return err
	}
	_, err = made.Archives(ctx, tree)
	return err
}

func up(ctx context.Context, made parts.Cache, at node.Place) error {
	began := time.Now()
	if err := debian(); err != nil {
		return err
	}
	if err := build(ctx, made); err != nil {
		return err
	}
	c := cluster(at)
	if _, runs := at.Pid(); !runs {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		if err := start(ctx, made, at, c); err != nil {
			return fmt.Errorf("%w\nlogs are in %s; make cluster-down removes it", err, at.Dir)
		}
		fmt.Fprintf(os.Stderr, "ready after %s\n", time.Since(began).Round(100*time.Millisecond))
	}
	fmt.Printf("export KUBECONFIG=%s PATH=%s:$PATH\n", at.Kubeconfig(), at.Bin())
	return nil
}

// apply puts the suite on a node that runs.
func apply(ctx context.Context, at node.Place) error {
	if _, runs := at.Pid(); !runs {
		return errors.New("no node runs here; make cluster starts one")
	}
	root, err := filepath.Abs(tree)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s := suite.Suite{Node: at, Tree: root, Log: os.Stderr, Cluster: cluster(at)}
	if err := s.Apply(ctx); err != nil {
		return err
	}
	fmt.Printf(try, at.Kubeconfig(), at.Bin(), suite.Namespace, net.JoinHostPort(node.Address, office.HTTP),
		net.JoinHostPort(node.Address, node.Metrics), at.Traces())
	return nil
}

// try is what one may do with a suite that runs.
const try = `
The suite runs on Knative; it sends its mails and tickets to http://%[4]s. To see it work:

  export KUBECONFIG=%[1]s PATH=%[2]s:$PATH
  kubectl --namespace %[3]s get brokers,triggers,services.serving.knative.dev
  curl -i http://$(kubectl --namespace knative-eventing get service broker-ingress --output jsonpath={.spec.clusterIP})/%[3]s/redthread \
    -H 'content-type: application/cloudevents+json' -d @events/samples/social.mentioned.v1.json
  kubectl --namespace %[3]s get pods --watch
  curl http://%[4]s

Prometheus is at http://%[5]s, with the shipped alerts; traces are written to %[6]s.
make test-knative tests it; make cluster-down removes it.
`

func cluster(at node.Place) install.Cluster {
	return install.Cluster{Kubectl: at.Kubectl(), Kubeconfig: at.Kubeconfig(), Log: os.Stderr}
}

// start starts the node and has it take the images while its API server starts.
func start(ctx context.Context, made parts.Cache, at node.Place, c install.Cluster) error {
	if err := at.Start(made.Link); err != nil {
		return err
	}
	archives, err := made.Archives(ctx, tree)
	if err != nil {
		return err
	}
	imported := make(chan error, 1)
	go func() {
		if err := at.AwaitContainerd(ctx); err != nil {
			imported <- err
			return
		}
		imported <- at.Import(ctx, archives...)
	}()
	if err := c.AwaitAPI(ctx); err != nil {
		return fmt.Errorf("%w; see %s", err, at.Log("kube-apiserver"))
	}
	fmt.Fprintf(os.Stderr, "the API server is ready; importing %d images …", len(archives))
	began := time.Now()
	if err := <-imported; err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, " %s\n", time.Since(began).Round(100*time.Millisecond))
	return c.Knative(ctx)
}

// debian says which programs are missing that Debian has.
func debian() error {
	if os.Geteuid() != 0 {
		return errors.New("a node needs namespaces, mounts and a network of its own: run this as root")
	}
	var missing []string
	for program, pack := range map[string]string{
		"etcd": "etcd-server", "containerd": "containerd", "runc": "runc", "iptables": "iptables", "conntrack": "conntrack", "ip": "iproute2",
	} {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, pack)
		}
	}
	if _, err := os.Stat("/usr/lib/cni/ptp"); err != nil {
		missing = append(missing, "containernetworking-plugins")
	}
	if len(missing) > 0 {
		return fmt.Errorf("not installed: apt-get install --no-install-recommends %s", strings.Join(missing, " "))
	}
	return nil
}
