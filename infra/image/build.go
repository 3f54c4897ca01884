package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"redthread.dev/infra/image/bill"
)

// cloud is the tags that the program is built with, joined by +.
type cloud string

var tags = []string{"postgres", "firestore", "dynamodb", "amazon"}

func (c cloud) check() error {
	for tag := range strings.SplitSeq(string(c), "+") {
		if !slices.Contains(tags, tag) {
			return fmt.Errorf("-for: no cloud %q, expected %s, or several of them joined by +", tag, strings.Join(tags[:3], ", "))
		}
	}
	if c == "amazon" {
		return fmt.Errorf("-for: amazon alone has no store, expected e.g. postgres+amazon")
	}
	return nil
}

func (c cloud) tags() string { return strings.ReplaceAll(string(c), "+", ",") }

// label is the cloud as part of a file's name and a tag.
func (c cloud) label() string { return strings.ReplaceAll(string(c), "+", "-") }

// environment leaves nothing to how this machine is set up that would be in the program.
func environment(p v1.Platform) []string {
	return append(os.Environ(), "GOOS="+p.OS, "GOARCH="+p.Architecture, "CGO_ENABLED=0",
		"GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=-mod=readonly", "GOWORK=off", "GOEXPERIMENT=", "GODEBUG=", "GOFIPS140=off")
}

// built builds a package of the sources, without C, paths, symbols and stamps.
func (s source) built(ctx context.Context, p v1.Platform, c cloud, pkg, to string) error {
	to, err := filepath.Abs(to)
	if err != nil {
		return fmt.Errorf("build %s: %w", pkg, err)
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-tags", c.tags(), "-o", to, pkg)
	cmd.Dir, cmd.Env = s.root, environment(p)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s for %s, tags %s: %w\n%s", pkg, p, c.tags(), err, out)
	}
	return nil
}

// licences returns how to find the licences of the modules that a package needs.
func (s source) licences(ctx context.Context, p v1.Platform, c cloud, pkg string) (func(path string) []string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-json=Module", "-tags", c.tags(), pkg)
	cmd.Dir, cmd.Env = s.root, environment(p)
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("modules of %s: %w", pkg, err)
	}
	goroot, err := asked(ctx, s.root, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	folders := map[string]string{"std": goroot}
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var of struct{ Module struct{ Path, Dir string } }
		if err := d.Decode(&of); err != nil {
			return nil, fmt.Errorf("modules of %s: %w", pkg, err)
		}
		folders[of.Module.Path] = of.Module.Dir
	}
	return func(path string) []string { return bill.Licences(folders[path]) }, nil
}

// licence is the product's own, where its folder holds one that is recognised.
func licence(root string) string { return strings.Join(bill.Licences(root), " AND ") }
