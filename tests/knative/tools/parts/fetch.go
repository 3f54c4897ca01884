package parts

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
)

// Configs are the folders of Knative's manifests, in the modules' archives.
type Configs struct {
	Serving, Eventing, Networking, Caching string
}

// FetchConfigs fetches the modules that hold Knative's manifests.
func FetchConfigs(ctx context.Context) (Configs, error) {
	var c Configs
	for _, of := range []struct {
		source
		to *string
	}{{serving, &c.Serving}, {eventing, &c.Eventing}, {networking, &c.Networking}, {caching, &c.Caching}} {
		dir, err := of.fetch(ctx)
		if err != nil {
			return c, err
		}
		*of.to = filepath.Join(dir, "config")
	}
	return c, nil
}

// fetch has Go fetch the module, and returns its folder in the module cache. Its content
// must be what it was when this list was written, whatever else a proxy says today.
func (s source) fetch(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", s.path+"@"+s.version)
	cmd.Dir = "/" // of no module
	out, err := cmd.Output()
	var got struct{ Dir, Sum, Error string }
	if bad := json.Unmarshal(out, &got); bad == nil && got.Error != "" {
		return "", fmt.Errorf("fetch %s %s: %s", s.path, s.version, got.Error)
	}
	if err != nil {
		return "", fmt.Errorf("fetch %s %s: %w", s.path, s.version, err)
	}
	if s.sum != "" && got.Sum != s.sum {
		return "", fmt.Errorf("fetch %s %s: its sum is %s, expected %s", s.path, s.version, got.Sum, s.sum)
	}
	return got.Dir, nil
}
