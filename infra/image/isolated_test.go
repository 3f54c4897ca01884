package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/stretchr/testify/require"

	"redthread.dev/tests/emulators/stores"
)

// held are the files in the image, folders left out, by path without the first slash.
func held(t *testing.T, b built) map[string][]byte {
	t.Helper()
	r := mutate.Extract(only(t, index(t, b.said.Layout)))
	defer r.Close()
	files := map[string][]byte{}
	for all := tar.NewReader(r); ; {
		h, err := all.Next()
		if err == io.EOF {
			return files
		}
		require.NoError(t, err)
		if h.Typeflag == tar.TypeReg {
			files[h.Name], err = io.ReadAll(all)
			require.NoError(t, err)
		}
	}
}

// isolated runs the image's program as a node does: nobody but user 65532, nothing but the
// image's files, none of which can be written, and no environment but what is given.
func isolated(t *testing.T, files map[string][]byte, env ...string) *exec.Cmd {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can run a program in a root file system of its own")
	}
	root := t.TempDir()
	for name, data := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, data, 0o555))
	}
	require.NoError(t, os.Chmod(root, 0o755))
	const mounted = `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec env -i "$@"`
	if out, err := exec.Command("unshare", "-m", "sh", "-c", mounted, root, "true").CombinedOutput(); err != nil {
		t.Skipf("a folder cannot be mounted read-only here: %v: %s", err, out)
	}
	chroot, err := exec.LookPath("chroot")
	require.NoError(t, err)
	args := append([]string{"-m", "sh", "-c", mounted, root}, env...)
	return exec.Command("unshare", append(args, chroot, "--userspec=65532:65532", ".", "/redthread")...)
}

// secured is a door with TLS before a PostgreSQL that has none, and the certificate of the
// authority that vouches for it. A connection asks for TLS first (PostgreSQL's message flow,
// SSLRequest) and is answered S.
func secured(t *testing.T, plain string) (string, []byte) {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	s.StartTLS() // for its certificate
	s.Close()
	to, err := url.Parse(plain)
	require.NoError(t, err)
	behind := to.Host
	door, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { door.Close() })
	go func() {
		for {
			from, err := door.Accept()
			if err != nil {
				return
			}
			go through(from, behind, s.TLS)
		}
	}()
	to.Host = door.Addr().String()
	q := to.Query()
	q.Set("sslmode", "verify-full")
	to.RawQuery = q.Encode()
	return to.String(), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}

func through(from net.Conn, to string, config *tls.Config) {
	defer from.Close()
	if _, err := io.ReadFull(from, make([]byte, 8)); err != nil {
		return
	}
	if _, err := from.Write([]byte("S")); err != nil {
		return
	}
	inside := tls.Server(from, config)
	behind, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer behind.Close()
	go io.Copy(behind, inside) //nolint:errcheck // it ends with the connection
	io.Copy(inside, behind)    //nolint:errcheck
}

// TestTheImageRunsAloneAndTrustsTheAuthoritiesInItAndNoOther runs a flow whose customers are
// in a zone that the machine has no file of, on a store behind TLS: refused where the image's
// file of authorities lacks the store's, served where it has it.
func TestTheImageRunsAloneAndTrustsTheAuthoritiesInItAndNoOther(t *testing.T) {
	place, authority := secured(t, stores.Postgres(t))
	files := held(t, shop(t))
	env := []string{"FUNCTION=pickupready", "STORE=" + place, "PORT=0", "ZONE=America/Argentina/Buenos_Aires", "LINK_KEY=a key for the tests only of 32 characters"}

	out, err := isolated(t, files, env...).CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "certificate signed by unknown authority")

	files[authorities[1:]] = append(bytes.Clone(files[authorities[1:]]), authority...)
	cmd := isolated(t, files, env...)
	address, said := serving(t, cmd)
	res, err := http.Get(address + "/readyz")
	require.NoError(t, err, "%s", said)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	status, err := os.ReadFile("/proc/" + pid(t, cmd) + "/status")
	require.NoError(t, err)
	require.Regexp(t, `Uid:\s65532\s65532\s65532\s65532\nGid:\s65532\s65532\s65532\s65532`, string(status))
	set, err := os.ReadFile("/proc/" + pid(t, cmd) + "/environ")
	require.NoError(t, err)
	require.ElementsMatch(t, env, strings.Split(strings.TrimRight(string(set), "\x00"), "\x00"))
}

func TestAZoneThatThereIsNotIsRefusedInTheImage(t *testing.T) {
	place, authority := secured(t, stores.Postgres(t))
	files := held(t, shop(t))
	files[authorities[1:]] = authority
	out, err := isolated(t, files, "FUNCTION=pickupready", "STORE="+place, "PORT=0", "ZONE=Europe/Kobenhavn", "LINK_KEY=a key for the tests only of 32 characters").CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), `ZONE is \"Europe/Kobenhavn\"`)
}

// pid is the program's, as unshare, sh, env and chroot each become the next.
func pid(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	name, err := os.Readlink("/proc/" + strconv.Itoa(cmd.Process.Pid) + "/exe")
	require.NoError(t, err)
	require.Equal(t, "redthread", filepath.Base(name))
	return strconv.Itoa(cmd.Process.Pid)
}

// serving starts the program and returns where it serves.
func serving(t *testing.T, cmd *exec.Cmd) (string, string) {
	t.Helper()
	out, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() }) //nolint:errcheck // it may have ended
	var said strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		var line struct{ Msg, Addr string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			return "http://127.0.0.1" + line.Addr[strings.LastIndex(line.Addr, ":"):], said.String()
		}
	}
	require.Fail(t, "it did not come up", said.String())
	return "", ""
}
