package parts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Archives returns the archives of images of all parts that run in pods. Those that are
// not in the cache yet are made, by the code that makes the product's own image; tree is
// the folder of the product's module.
func (c Cache) Archives(ctx context.Context, tree string) ([]string, error) {
	var all, missing []string
	for _, p := range All {
		if p.Image == "" {
			continue
		}
		made := c.Path(p) + ".tar"
		all = append(all, made)
		if _, err := os.Stat(made); err != nil {
			missing = append(missing, c.Path(p), p.Image, made)
		}
	}
	if len(missing) == 0 {
		return all, nil
	}
	cmd := exec.CommandContext(ctx, "go", append([]string{"run", "./tests/knative/pack"}, missing...)...)
	cmd.Dir = tree
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("make images: %w: %s", err, out)
	}
	return all, nil
}

// Link puts links to all parts into a folder, which can be in the PATH.
func (c Cache) Link(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, p := range All {
		if err := os.Symlink(c.Path(p), filepath.Join(dir, p.Name)); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	return nil
}
