package node

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// ctr runs containerd's own client on the node's containerd.
func (p Place) ctr(ctx context.Context, args ...string) error {
	pid, runs := p.Pid()
	if !runs {
		return errors.New("no node runs here; make cluster starts one")
	}
	address := fmt.Sprintf("/proc/%d/root%s", pid, socket)
	out, err := exec.CommandContext(ctx, "ctr", append([]string{"--address", address, "--namespace", "k8s.io"}, args...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ctr %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Import has the node take images from archives.
func (p Place) Import(ctx context.Context, archives ...string) error {
	for _, archive := range archives {
		if err := p.ctr(ctx, "images", "import", archive); err != nil {
			return err
		}
	}
	return nil
}

// Tag gives an image that the node has another name.
func (p Place) Tag(ctx context.Context, image, name string) error {
	return p.ctr(ctx, "images", "tag", "--force", image, name)
}

// AwaitContainerd waits until images can be imported.
func (p Place) AwaitContainerd(ctx context.Context) error {
	for {
		err := p.ctr(ctx, "version")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("containerd does not answer: %w; see %s and %s", err, p.Log("containerd"), p.Log("node"))
		case <-time.After(200 * time.Millisecond):
		}
	}
}
