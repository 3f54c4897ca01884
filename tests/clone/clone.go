// Package clone copies the tree for tests that leave things in it.
package clone

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Tree returns a folder with a clone of the project at root, with what is not committed yet.
func Tree(t testing.TB, root string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "redthread")
	cmd := exec.Command("bash", "-c", `git clone --quiet . "$0" && git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | tar -C "$0" -xf -`, dir)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return dir
}
