package knative

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"redthread.dev/tests/clone"
)

// block is a block of commands on the page for operators.
var block = regexp.MustCompile("(?ms)^```sh( values)?\n(.*?)^```$")

// around is what the page's commands need to be run one after the other by nobody: they say
// what they do, stop at the first that fails, and nothing stays behind.
const around = `
set -euo pipefail
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
`

// TestEveryCommandOnThePageForOperators installs a second suite beside the first, and does
// with it what docs/operations.md tells, in its order and its words.
func TestEveryCommandOnThePageForOperators(t *testing.T) {
	c := open(t)
	page, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	script := around
	blocks := block.FindAllStringSubmatch(string(page), -1)
	require.Greater(t, len(blocks), 10)
	for i, b := range blocks {
		if b[1] != "" { // the shop's own values
			b[2] = fmt.Sprintf("export NAMESPACE=shop REPOSITORY=%s/shop/redthread DATABASE=%s\n", images(t), shop(t))
		}
		script += fmt.Sprintf("echo '--- block %d'\n%s", i+1, b[2])
	}
	gone := func() { c.kubectl(t, "delete", "namespace", "shop", "--ignore-not-found", "--timeout=3m") }
	gone()
	t.Cleanup(gone)
	config, err := exec.Command("go", "run", "-C", "../..", "./tests/terraform/providers").Output()
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", script)
	cmd.Dir = clone.Tree(t, "../..")
	cmd.Env = append(os.Environ(), "KUBECONFIG="+filepath.Join(c.dir, "admin.kubeconfig"), "TF_VAR_kubeconfig="+filepath.Join(c.dir, "admin.kubeconfig"),
		"PATH="+filepath.Join(c.dir, "bin")+":"+os.Getenv("PATH"), "TF_CLI_CONFIG_FILE="+strings.TrimSpace(string(config)), "TF_IN_AUTOMATION=1", "TF_INPUT=0")
	said, err := os.Create(filepath.Join(c.dir, "logs", "operations.log"))
	require.NoError(t, err)
	defer said.Close() //nolint:errcheck // it is read again below
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = said, said, time.Second
	err = cmd.Run()
	out, _ := os.ReadFile(said.Name()) //nolint:errcheck // it is for the eye
	require.NoError(t, err, "%s", out[max(0, len(out)-5000):])
	t.Logf("%d blocks ran; what they said is in %s", len(blocks), said.Name())
}

// images is a registry that the node can pull from.
func images(t *testing.T) string {
	listener, err := net.Listen("tcp", "10.213.255.1:5000")
	require.NoError(t, err)
	server := &http.Server{Handler: registry.New(registry.Logger(log.New(io.Discard, "", 0)))} //nolint:gosec // it is for this machine, and as long as the test
	go server.Serve(listener)                                                                  //nolint:errcheck // it ends with the test
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return listener.Addr().String()
}

// shop is a new database of a role of its own.
func shop(t *testing.T) string {
	do := func(statements ...string) {
		db, err := pgx.Connect(context.Background(), database)
		require.NoError(t, err)
		defer db.Close(context.Background()) //nolint:errcheck // it was used
		for _, s := range statements {
			_, err := db.Exec(context.Background(), s)
			require.NoError(t, err, s)
		}
	}
	gone := []string{"DROP DATABASE IF EXISTS restored WITH (FORCE)", "DROP DATABASE IF EXISTS shop WITH (FORCE)", "DROP ROLE IF EXISTS shop"}
	do(append(gone, "CREATE ROLE shop LOGIN CREATEDB PASSWORD 'secret'", "CREATE DATABASE shop OWNER shop")...)
	t.Cleanup(func() { do(gone...) })
	return "postgres://shop:secret@10.213.255.2:5432/shop"
}
