package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/stretchr/testify/require"
)

// temporary is where the tests of this package keep what they share.
var temporary string

func TestMain(m *testing.M) {
	var err error
	if temporary, err = os.MkdirTemp("", "image-"); err != nil {
		log.Fatal(err)
	}
	code := m.Run()
	os.RemoveAll(temporary) //nolint:errcheck // temporary
	os.Exit(code)
}

// platform is this machine's, so that what is built for it can be run.
var platform = "linux/" + runtime.GOARCH

// built is a checkout of the sources as they are now, and what came of it.
type built struct {
	from, host string
	said       made
	progress   string
	err        error
}

// once makes the image for Postgres and pushes it to a registry that wants a password.
var once = sync.OnceValue(func() (b built) {
	b.from = filepath.Join(temporary, "sources")
	if b.err = checkout(b.from); b.err != nil {
		return b
	}
	s := httptest.NewServer(guarded(registry.New(registry.Logger(log.New(io.Discard, "", 0)))))
	b.host = strings.TrimPrefix(s.URL, "http://")
	if b.err = signedIn(b.host); b.err == nil {
		b.said, b.progress, b.err = image(work{from: b.from, out: filepath.Join(temporary, "out"), push: b.host + "/shop/redthread:v1"})
	}
	return b
})

func shop(t *testing.T) built {
	t.Helper()
	b := once()
	require.NoError(t, b.err)
	return b
}

// image does the work as make image does, for Postgres and one platform.
func image(w work) (made, string, error) {
	w.clouds, w.platforms, w.name, w.most, w.json = "postgres", platform, "registry.local/redthread", 12, true
	var out, errs bytes.Buffer
	if err := w.run(context.Background(), nil, &out, &errs); err != nil {
		return made{}, "", err
	}
	var said struct{ Images []made }
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		return made{}, "", err
	}
	return said.Images[0], errs.String(), nil
}

// checkout commits what the program is made of, as it is now, in another folder.
func checkout(to string) error {
	for _, dir := range []string{"events", "functions", "shared", "infra/knative"} {
		if err := os.CopyFS(filepath.Join(to, dir), os.DirFS(filepath.Join("../..", dir))); err != nil {
			return err
		}
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join("../..", file))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, file), text, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return errorsOf(
		git(to, "init", "-q"), git(to, "add", "-A"),
		git(to, "-c", "user.name=Mette", "-c", "user.email=mette@example.dk", "commit", "-q", "--date=2026-11-22T04:00:00Z", "-m", "as it is"),
	)
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func git(dir string, args ...string) error {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_COMMITTER_DATE=2026-11-22T04:00:00Z")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, out)
	}
	return nil
}

// guarded lets nobody at a registry who has not signed in.
func guarded(r http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if user, password, _ := q.BasicAuth(); user != "mette" || password != "hush" {
			w.Header().Set("WWW-Authenticate", `Basic realm="shop"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		r.ServeHTTP(w, q)
	})
}

// signedIn leaves what docker login leaves.
func signedIn(host string) error {
	dir := filepath.Join(temporary, "docker")
	text := fmt.Sprintf(`{"auths": {%q: {"username": "mette", "password": "hush"}}}`, host)
	return errorsOf(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "config.json"), []byte(text), 0o600), os.Setenv("DOCKER_CONFIG", dir))
}

// index is what a layout holds under its one name.
func index(t *testing.T, dir string) v1.ImageIndex {
	t.Helper()
	top, err := layout.ImageIndexFromPath(dir)
	require.NoError(t, err)
	m, err := top.IndexManifest()
	require.NoError(t, err)
	require.Len(t, m.Manifests, 1)
	i, err := top.ImageIndex(m.Manifests[0].Digest)
	require.NoError(t, err)
	return i
}

// only is the image of the one platform that was asked for.
func only(t *testing.T, i v1.ImageIndex) v1.Image {
	t.Helper()
	m, err := i.IndexManifest()
	require.NoError(t, err)
	require.Len(t, m.Manifests, 1)
	one, err := i.Image(m.Manifests[0].Digest)
	require.NoError(t, err)
	return one
}
