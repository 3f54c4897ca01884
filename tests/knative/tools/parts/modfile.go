package parts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// modfile returns where the module in a folder is built, and with which flags: there, or as
// a copy with its stub, by its own go.mod and go.sum; or there by copies of them that say
// where else some modules are. Go adds the sums of those, as the checksum database has them.
func (s source) modfile(ctx context.Context, dir, into string) (string, []string, error) {
	switch {
	case s.stub.path == s.path:
		dir = filepath.Join(into, "stubbed")
		return dir, []string{"-mod=readonly"}, s.stub.put(ctx, dir)
	case s.staging == "" && s.stub == (stub{}):
		return dir, []string{"-mod=readonly"}, nil
	}
	flags, err := s.replaced(ctx, dir, into)
	return dir, flags, err
}

// replaced writes the copies, and returns the flags that name them.
func (s source) replaced(ctx context.Context, dir, into string) ([]string, error) {
	copied := filepath.Join(into, "go.mod")
	flags := []string{"-mod=mod", "-modfile=" + copied}
	if _, err := os.Stat(copied); err == nil {
		return flags, nil
	}
	if err := os.MkdirAll(into, 0o755); err != nil {
		return nil, err
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return nil, err
	}
	sum, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		return nil, err
	}
	if s.staging != "" {
		local := regexp.MustCompile(`=> ` + regexp.QuoteMeta(s.staging) + `(\S+)`)
		mod = local.ReplaceAll(mod, []byte("=> $1 "+s.stagingVersion))
	}
	if s.stub != (stub{}) {
		at := filepath.Join(into, "stubbed")
		if err := s.stub.put(ctx, at); err != nil {
			return nil, err
		}
		mod = fmt.Appendf(mod, "\nreplace %s => %s\n", s.stub.path, at)
	}
	if err := os.WriteFile(filepath.Join(into, "go.sum"), sum, 0o644); err != nil {
		return nil, err
	}
	return flags, os.WriteFile(copied, mod, 0o644)
}

// put copies the stub's module to a folder, with its one file replaced.
func (s stub) put(ctx context.Context, to string) error {
	from, err := source{path: s.path, version: s.version}.fetch(ctx)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(to); err != nil { // as one that was broken off
		return err
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return fmt.Errorf("copy %s: %w", s.path, err)
	}
	file := filepath.Join(to, filepath.FromSlash(s.file))
	return os.WriteFile(file, []byte(s.text), 0o644)
}
