// Package published reads what Google's Terraform provider is like from npm packages in
// which it is told in full: CDK for Terraform's bindings, which were generated from the
// provider's own schema, one package a version of the provider.
package published

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Release is a version of a package on npm.
type Release struct {
	Package   string
	Version   string
	Integrity string // of the package, as npm has it
	Provider  string // version of hashicorp/google that it was generated from
}

// Oldest and Newest are the ends of what there is within our modules' constraint: from 7.0
// on the bindings are on npm no more. Translated is Pulumi's package of google-beta, 7.45
// or later: it tells what can be configured, in names of its own.
var (
	Oldest     = Release{"@cdktf/provider-google", "13.19.0", "sha512-Dyyre8tIW1X4Od1+3Ixz1gDyjTGBSDmE7AP7I6X2xm1j5grL9GBxBKLzmU6eOoQznjNvj7BrBNBKqnFKmjb8jQ==", "5.30.0"}
	Newest     = Release{"@cdktf/provider-google", "16.12.1", "sha512-KqNA/5RiFT07r0PSZ6/07cJ2zESUgbj1JchVj21iBFBZVUbD+578xA/k8eq/r0cbyEgLmg9eYWeVslaYah4DCQ==", "6.50.0"}
	Translated = Release{"@pulumi/gcp", "9.37.0", "sha512-LQ4AOUmFqP6mIIC/nDpCdJOfUqOfFsCVf9E/vf6WJB9lwchi+4aKf21q6QYhx3AoKVjvRmasi5NNSBJm1vFlfw==", "7"}
)

// ErrNoPackage says that a package is not in the cache and cannot be had from npm.
var ErrNoPackage = errors.New("npm gave no package")

func (r Release) file() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("%s: %w", r.Package, err)
	}
	name := strings.NewReplacer("@", "", "/", "-").Replace(r.Package)
	return filepath.Join(cache, "redthread", "terraform", "npm", name+"-"+r.Version+".tgz"), nil
}

// Fetch puts the package into the cache, unless it is there. The error is ErrNoPackage
// where npm is not installed or not reached, another when it gave something else.
func (r Release) Fetch(ctx context.Context) error {
	file, err := r.file()
	if err != nil {
		return err
	}
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return err
	}
	folder, err := os.MkdirTemp(filepath.Dir(file), ".pack-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // what is left is in a cache
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "pack", r.Package+"@"+r.Version, "--silent", "--fetch-retries=1", "--pack-destination", folder)
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm pack %s@%s: %w: %w\n%s", r.Package, r.Version, ErrNoPackage, err, out)
	}
	packed := filepath.Join(folder, filepath.Base(file))
	if err := r.verify(packed); err != nil {
		return err
	}
	return os.Rename(packed, file)
}

func (r Release) verify(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("%s@%s: %w", r.Package, r.Version, err)
	}
	defer f.Close()
	sum := sha512.New()
	if _, err := io.Copy(sum, f); err != nil {
		return fmt.Errorf("%s@%s: %w", r.Package, r.Version, err)
	}
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum.Sum(nil)); got != r.Integrity {
		return fmt.Errorf("%s@%s: what npm gave has %s; expected %s", r.Package, r.Version, got, r.Integrity)
	}
	return nil
}

// Files are those of the package that are wanted, by their paths in it.
func (r Release) Files(wanted func(path string) bool) (map[string]string, error) {
	file, err := r.file()
	if err != nil {
		return nil, err
	}
	if err := r.verify(file); err != nil {
		return nil, err
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	all := map[string]string{}
	for archive := tar.NewReader(plain); ; {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		name := strings.TrimPrefix(path.Clean(entry.Name), "package/")
		if fs.FileMode(entry.Mode).IsRegular() && wanted(name) {
			text, err := io.ReadAll(archive)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", file, name, err)
			}
			all[name] = string(text)
		}
	}
}
