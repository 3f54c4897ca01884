package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/require"

	"redthread.dev/infra/image/bill/billtest"
)

func digest(t *testing.T, of interface{ Digest() (v1.Hash, error) }) string {
	t.Helper()
	d, err := of.Digest()
	require.NoError(t, err)
	return d.String()
}

func TestTheImageSaysWhatItIsAndHowToRunIt(t *testing.T) {
	b := shop(t)
	out, err := exec.Command("git", "-C", b.from, "rev-parse", "HEAD").Output()
	require.NoError(t, err)
	revision := strings.TrimSpace(string(out))
	c, err := only(t, index(t, b.said.Layout)).ConfigFile()
	require.NoError(t, err)
	require.Equal(t, v1.Config{
		User: "65532:65532", Entrypoint: []string{"/redthread"}, WorkingDir: "/", Env: []string{"PORT=8080", "GOGC=400"},
		ExposedPorts: map[string]struct{}{"8080/tcp": {}},
		Labels: map[string]string{
			"org.opencontainers.image.title": "redthread", "org.opencontainers.image.description": description,
			"org.opencontainers.image.source": "https://redthread.dev", "org.opencontainers.image.created": "2026-11-22T04:00:00Z",
			"org.opencontainers.image.revision": revision, "org.opencontainers.image.version": revision[:12],
			"dev.redthread.cloud": "postgres",
		},
	}, c.Config)
	require.Equal(t, platform, c.Platform().String())
	require.Equal(t, "2026-11-22T04:00:00Z", c.Created.Format(time.RFC3339))
	require.Contains(t, b.progress, "image: postgres, "+platform+": building")
	require.NotContains(t, b.progress, "not as they were committed")
}

// TestTheSameSourcesMakeTheSameImage builds another checkout, in another folder.
func TestTheSameSourcesMakeTheSameImage(t *testing.T) {
	first, clone := shop(t), filepath.Join(t.TempDir(), "a", "clone")
	require.NoError(t, git(".", "clone", "-q", first.from, clone))
	second, _, err := image(work{from: clone, out: t.TempDir()})
	require.NoError(t, err)
	require.Equal(t, first.said.Digest, second.Digest)
	require.Equal(t, first.said.Platforms[0].Digest, second.Platforms[0].Digest)
	for a, b := range map[string]string{first.said.Archive: second.Archive, first.said.Platforms[0].Bill: second.Platforms[0].Bill} {
		one, err := os.ReadFile(a)
		require.NoError(t, err)
		two, err := os.ReadFile(b)
		require.NoError(t, err)
		require.True(t, bytes.Equal(one, two), "%s and %s", a, b)
	}
}

// TestNeitherFolderNorCacheNorSettingsAreInAProgram compiles it all anew, Go's library too,
// on a machine that is set up in another way.
func TestNeitherFolderNorCacheNorSettingsAreInAProgram(t *testing.T) {
	var programs [][]byte
	for range 2 {
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS("pack/testdata/tiny")))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module tiny\n"), 0o600))
		require.NoError(t, source{root: dir}.built(t.Context(), v1.Platform{OS: "linux", Architecture: "arm64"}, "postgres", ".", filepath.Join(dir, "tiny")))
		program, err := os.ReadFile(filepath.Join(dir, "tiny"))
		require.NoError(t, err)
		require.NotContains(t, string(program), dir)
		programs = append(programs, program)
		t.Setenv("GOCACHE", t.TempDir())
		t.Setenv("GOFLAGS", "-tags=other -buildvcs=true")
		t.Setenv("GOARM64", "v9.0")
		t.Setenv("CGO_ENABLED", "1")
	}
	require.True(t, bytes.Equal(programs[0], programs[1]))
}

func TestLayoutArchiveAndRegistryHoldTheSameImage(t *testing.T) {
	b := shop(t)
	held := index(t, b.said.Layout)
	require.NoError(t, validate.Index(held))
	require.Equal(t, b.said.Digest, digest(t, held))
	require.Equal(t, b.said.Platforms[0].Digest, digest(t, only(t, held)))

	loaded, err := tarball.ImageFromPath(b.said.Archive, nil)
	require.NoError(t, err)
	ours, err := only(t, held).ConfigName()
	require.NoError(t, err)
	theirs, err := loaded.ConfigName()
	require.NoError(t, err)
	require.Equal(t, ours, theirs, "which is how docker names it")

	require.Equal(t, b.host+"/shop/redthread:v1", b.said.Pushed)
	pulled := pull(t, b.said.Pushed)
	require.Equal(t, b.said.Digest, digest(t, pulled))
	require.NoError(t, validate.Index(pulled))
	m := made{Cloud: "postgres+amazon", index: held}
	require.NoError(t, m.pushed(t.Context(), b.host+"/shop/redthread:v1", 2, io.Discard))
	require.Equal(t, b.said.Digest, digest(t, pull(t, b.host+"/shop/redthread:v1-postgres-amazon")))
}

func pull(t *testing.T, from string) v1.ImageIndex {
	t.Helper()
	ref, err := name.ParseReference(from)
	require.NoError(t, err)
	i, err := remote.Index(ref, remote.WithAuthFromKeychain(authn.DefaultKeychain))
	require.NoError(t, err)
	return i
}

func TestAPushThatIsRefusedSaysWhere(t *testing.T) {
	b := shop(t)
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	m := made{Cloud: "postgres", index: index(t, b.said.Layout)}
	err := m.pushed(context.Background(), b.host+"/shop/redthread:v2", 1, io.Discard)
	require.ErrorContains(t, err, "push postgres to "+b.host+"/shop/redthread:v2: ")
	require.ErrorContains(t, err, "401")
}

func TestWhatIsTooLargeIsRefused(t *testing.T) {
	m := shop(t).said
	require.NoError(t, small([]*made{&m}, 12))
	require.InDelta(t, 10e6, m.Platforms[0].Compressed, 2e6)
	err := small([]*made{&m, &m}, 1.5)
	require.ErrorContains(t, err, "postgres, "+platform+": the image is "+mb(m.Platforms[0].Compressed)+" compressed, expected at most 1.5 MB; -most N allows more")
	require.Equal(t, 2, strings.Count(err.Error(), "the image is"), "all of them are named")
}

// TestTheBillNamesEveryModuleOfTheProgram asks go list, which reads the sources, while the
// bill was written from the program.
func TestTheBillNamesEveryModuleOfTheProgram(t *testing.T) {
	b := shop(t)
	text, err := os.ReadFile(b.said.Platforms[0].Bill)
	require.NoError(t, err)
	billtest.Valid(t, text)
	require.Equal(t, string(text), string(held(t, b)["usr/share/sbom/redthread.cdx.json"]), "it is in the image, too")
	var all cdx.BOM
	require.NoError(t, json.Unmarshal(text, &all))
	var listed []string
	for _, c := range *all.Components {
		listed = append(listed, c.Name+" "+c.Version)
		require.NotNil(t, c.Licenses, "licence of %s", c.Name)
	}
	cmd := exec.Command("go", "list", "-deps", "-tags", "postgres", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", program)
	cmd.Dir = b.from
	out, err := cmd.Output()
	require.NoError(t, err)
	needed := map[string]bool{listed[0]: true, listed[len(listed)-1]: true}
	for line := range strings.Lines(string(out)) {
		needed[strings.TrimSpace(line)] = true
	}
	delete(needed, "")
	require.Len(t, listed, len(needed))
	for _, l := range listed {
		require.True(t, needed[l], l)
	}
	require.True(t, strings.HasPrefix(listed[0], "std go1."), listed[0])
	require.True(t, strings.HasPrefix(listed[len(listed)-1], authoritiesModule), listed[len(listed)-1])
}

func TestTheCertificatesAreThoseOfTheAuthoritiesThatCloudsUse(t *testing.T) {
	rest, names := held(t, shop(t))[authorities[1:]], map[string]bool{}
	for len(rest) > 0 {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		c, err := x509.ParseCertificate(block.Bytes)
		require.NoError(t, err)
		require.True(t, c.IsCA)
		names[c.Subject.CommonName] = true
	}
	require.Greater(t, len(names), 100)
	for _, name := range []string{"Amazon Root CA 1", "GTS Root R1", "ISRG Root X1", "DigiCert Global Root G2"} {
		require.True(t, names[name], name)
	}
}
