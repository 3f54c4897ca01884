package mirror

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// StandIn is a provider of which only the schema is to be had: see tests/terraform/standin.
type StandIn struct {
	Name    string // e.g. "hashicorp/google"
	Version string
	Schema  []byte // in JSON
	Program string // from Build
}

// Build builds the stand-in from its source into the cache and returns the program. Its
// name is made of what is in it, so that of two who build at once none has the other's.
func Build(source string) (string, error) {
	root, err := root()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(root, 0o750); err != nil {
		return "", err
	}
	bin, err := os.MkdirTemp(root, ".standin-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(bin) //nolint:errcheck // what is left is in a cache
	built := filepath.Join(bin, "standin")
	cmd := exec.Command("go", "build", "-C", source, "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", built, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", source, err, out)
	}
	text, err := os.ReadFile(built)
	if err != nil {
		return "", err
	}
	program := filepath.Join(root, fmt.Sprintf("standin-%.6x", sha256.Sum256(text)))
	return program, os.Rename(built, program)
}

// In puts the stand-in into a folder, where Terraform takes it for the provider, and
// returns the environment that has it do so. The mirror itself never holds one: who uses
// it to apply something must not think that something was made.
func (m Mirror) In(into string, s StandIn) ([]string, error) {
	to := filepath.Join(into, registry, filepath.FromSlash(s.Name), s.Version, runtime.GOOS+"_"+runtime.GOARCH)
	if err := os.MkdirAll(to, 0o750); err != nil {
		return nil, err
	}
	base := s.Name[strings.LastIndex(s.Name, "/")+1:]
	if err := os.Symlink(s.Program, filepath.Join(to, "terraform-provider-"+base+"_v"+s.Version)); err != nil {
		return nil, err
	}
	schema, config := filepath.Join(into, "schema.json"), filepath.Join(into, "terraform.rc")
	if err := os.WriteFile(schema, s.Schema, 0o600); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(m.Config)
	if err != nil {
		return nil, err
	}
	both := strings.Replace(string(text), "provider_installation {\n", fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n    include = [%q]\n  }\n", into, s.Name), 1)
	return []string{"TF_CLI_CONFIG_FILE=" + config, "SCHEMA=" + schema, "ADDRESS=" + registry + "/" + s.Name}, os.WriteFile(config, []byte(both), 0o600)
}
