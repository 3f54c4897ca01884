// Command tools makes a whole Kubernetes node with Knative on this machine, without a
// container engine: see ../README.md. make cluster and make cluster-down call it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"redthread.dev/tests/knative/tools/node"
	"redthread.dev/tests/knative/tools/office"
	"redthread.dev/tests/knative/tools/parts"
)

const usage = `tools makes a Kubernetes node with Knative on this machine.

  build         build what it is made of, into a cache outside the tree
  up            start it, unless it runs, and wait until Knative is ready
  suite         have Terraform apply the suite to it, or what has changed of it
  down          end it and remove every trace of it, except for what was built
  import FILE…  have it take images from archives
  kubeconfig    print the path of the file with which kubectl reaches it
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:gocritic // nothing is left to be stopped
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	cache, err := cacheDir()
	if err != nil {
		return err
	}
	at, made := node.Place{Dir: filepath.Join(cache, "node")}, parts.Cache(filepath.Join(cache, "parts"))
	switch args[0] {
	case "build":
		return build(ctx, made)
	case "up":
		return up(ctx, made, at)
	case "suite":
		return apply(ctx, at)
	case "down":
		return at.Stop()
	case "import":
		return at.Import(ctx, args[1:]...)
	case "kubeconfig":
		fmt.Println(at.Kubeconfig())
		return nil
	case "first", "postgres", "office":
		return inside(args[0], args[1:])
	}
	return fmt.Errorf("there is no %q\n\n%s", args[0], usage)
}

// inside runs what is part of the node.
func inside(what string, args []string) error {
	var at node.Place
	flags := flag.NewFlagSet(what, flag.ContinueOnError)
	flags.StringVar(&at.Dir, "dir", "", "folder of the node")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch what {
	case "postgres":
		return at.Postgres()
	case "office":
		return office.Serve(node.Address, at.Key("office")+".crt", at.Key("office")+".key")
	}
	return at.First()
}

// cacheDir is where everything is that is not in the tree.
func cacheDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a folder for what is built: %w", err)
	}
	return filepath.Join(base, "redthread", "knative"), nil
}
