// Package mirror has Terraform's providers where no registry can be reached: one is built
// through the Go module proxy, another is taken from where it is installed. They are in a
// cache outside the tree, beside a CLI configuration that has Terraform look nowhere else.
package mirror

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

const (
	kubectl        = "github.com/gavinbunney/terraform-provider-kubectl"
	kubectlVersion = "1.19.0"
	awsVersion     = "5.100.0"
	registry       = "registry.terraform.io"
)

// ErrNoAWS says that Amazon's provider is not installed on this machine.
var ErrNoAWS = errors.New("terraform-provider-aws_v" + awsVersion + "_x5 is in no folder of providers here")

// Mirror is where providers are.
type Mirror struct {
	Config string // file for TF_CLI_CONFIG_FILE
	AWS    error  // ErrNoAWS, or nil: it is there
}

// There tells whether the mirror can be opened without building anything.
func There() bool {
	root, err := root()
	if err != nil {
		return false
	}
	_, err = os.Stat(program(folder(root, "gavinbunney/kubectl", kubectlVersion)))
	return err == nil
}

func root() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("providers: %w", err)
	}
	return filepath.Join(cache, "redthread", "terraform"), nil
}

func program(folder string) string {
	return filepath.Join(folder, "terraform-provider-kubectl_v"+kubectlVersion)
}

// Open makes the mirror when it is not there yet, which takes minutes the first time.
func Open() (Mirror, error) {
	root, err := root()
	if err != nil {
		return Mirror{}, err
	}
	m := Mirror{Config: filepath.Join(root, "terraform.rc")}
	if err := build(folder(root, "gavinbunney/kubectl", kubectlVersion)); err != nil {
		return m, fmt.Errorf("provider kubectl %s: %w", kubectlVersion, err)
	}
	if m.AWS = link(folder(root, "hashicorp/aws", awsVersion)); m.AWS != nil && !errors.Is(m.AWS, ErrNoAWS) {
		return m, fmt.Errorf("provider aws %s: %w", awsVersion, m.AWS)
	}
	text := fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.Join(root, "mirror"))
	return m, os.WriteFile(m.Config, []byte(text), 0o600)
}

// folder is where Terraform looks for a provider:
// https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror
func folder(root, name, version string) string {
	return filepath.Join(root, "mirror", registry, filepath.FromSlash(name), version, runtime.GOOS+"_"+runtime.GOARCH)
}

// build has Go build the provider, in a folder of its own first so that of two who do it
// at once neither sees half a program.
func build(to string) error {
	if _, err := os.Stat(program(to)); err == nil {
		return nil
	}
	if err := os.MkdirAll(to, 0o750); err != nil {
		return err
	}
	bin, err := os.MkdirTemp(filepath.Dir(to), ".build-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(bin) //nolint:errcheck // what is left is in a cache
	fmt.Fprintln(os.Stderr, "building Terraform's provider kubectl, once: two minutes on two cores")
	cmd := exec.Command("go", "install", "-ldflags", "-s -w", kubectl+"@v"+kubectlVersion)
	cmd.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=-mod=mod", "CGO_ENABLED=0")
	cmd.Dir = bin // out of any module
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go install: %w\n%s", err, out)
	}
	return os.Rename(filepath.Join(bin, "terraform-provider-kubectl"), program(to))
}

// link puts a link to where the provider is installed.
func link(to string) error {
	if entries, err := os.ReadDir(to); err == nil && len(entries) > 0 {
		return nil
	}
	found := find("terraform-provider-aws_v" + awsVersion + "_x5")
	if found == "" {
		return ErrNoAWS
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return err
	}
	os.Remove(to) //nolint:errcheck // a link that leads nowhere any more
	if err := os.Symlink(filepath.Dir(found), to); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// find looks for a provider in the folders where programs and Terraform's plugins are put.
func find(name string) string {
	home, _ := os.UserHomeDir()
	roots := []string{"/opt", "/usr/local/share/terraform", "/usr/share/terraform", filepath.Join(home, ".terraform.d"), filepath.Join(home, ".local", "share", "terraform")}
	if cache := os.Getenv("TF_PLUGIN_CACHE_DIR"); cache != "" {
		roots = append([]string{cache}, roots...)
	}
	found := ""
	for _, root := range roots {
		filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error { //nolint:errcheck // what cannot be read has none
			switch {
			case err != nil:
				return fs.SkipDir
			case entry.IsDir() && strings.Count(strings.TrimPrefix(path, root), string(filepath.Separator)) > 8:
				return fs.SkipDir
			case entry.Name() == name:
				found = path
				return fs.SkipAll
			}
			return nil
		})
		if found != "" {
			break
		}
	}
	return found
}
