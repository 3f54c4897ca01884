package parts

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"time"
)

// Cache is a folder of built parts, outside the tree.
type Cache string

// Path is where a part is, or will be, once built. It changes with the version of the part
// and of Go, so that what is there is always what is asked for.
func (c Cache) Path(p Part) string {
	key := sha256.Sum256(fmt.Append(nil, runtime.Version(), runtime.GOARCH, p.Name, p.source, p.command))
	return filepath.Join(string(c), p.Name+"-"+hex.EncodeToString(key[:6]), p.Name)
}

// Build builds the parts that are not in the cache yet, one after the other: a build that
// is broken off goes on where it was. tools is the folder of this program's module.
func (c Cache) Build(ctx context.Context, tools string, log io.Writer) error {
	var missing []Part
	for _, p := range All {
		if _, err := os.Stat(c.Path(p)); err != nil {
			missing = append(missing, p)
		}
	}
	for i, p := range missing {
		began := time.Now()
		fmt.Fprintf(log, "building %d of %d: %s …", i+1, len(missing), p.Name)
		if err := c.build(ctx, p, tools); err != nil {
			fmt.Fprintln(log)
			return fmt.Errorf("build %s: %w", p.Name, err)
		}
		fmt.Fprintf(log, " %s\n", time.Since(began).Round(time.Second))
	}
	return nil
}

func (c Cache) build(ctx context.Context, p Part, tools string) error {
	dir := filepath.Join(tools, p.source.folder)
	if p.source.folder == "" {
		var err error
		if dir, err = p.source.fetch(ctx); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(c.Path(p)), 0o755); err != nil {
		return err
	}
	made := c.Path(p) + ".part"
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w" + p.source.ldflags, "-o", made}
	if p.source.folder == "" {
		in, modfile, err := p.source.modfile(ctx, dir, filepath.Join(string(c), "mod-"+path.Base(p.source.path)+p.source.version))
		if err != nil {
			return err
		}
		dir, args = in, append(args, modfile...)
	}
	// The compiler gives way to whatever else runs here.
	cmd := exec.CommandContext(ctx, "nice", append([]string{"-n", "19", "go"}, append(args, p.command)...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w in %s\n%s", err, dir, lastLines(out, 20))
	}
	return os.Rename(made, c.Path(p))
}

func lastLines(out []byte, n int) []byte {
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-n):], []byte("\n"))
}
