package pack

import (
	"archive/tar"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/require"
)

// tiny builds a program of one line, as all programs are built that become images.
func tiny(t *testing.T, arch string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tiny")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -buildid=", "-o", path, "./testdata/tiny")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

var commit = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)

// program is as much as an image can say.
func program(binary string) Program {
	return Program{
		Binary: binary, Name: "tiny", Env: []string{"A=b"}, Port: 8080, Created: commit,
		Labels: map[string]string{"org.opencontainers.image.version": "v1"},
		Files:  map[string][]byte{"/etc/one/two": []byte("2"), "/words": []byte("hello")},
	}
}

func image(t *testing.T, p Program) v1.Image {
	t.Helper()
	i, err := p.Image()
	require.NoError(t, err)
	return i
}

func digest(t *testing.T, of interface{ Digest() (v1.Hash, error) }) string {
	t.Helper()
	d, err := of.Digest()
	require.NoError(t, err)
	return d.String()
}

// TestAnImageSaysHowToRunItsProgram and that nobody who runs it is root.
func TestAnImageSaysHowToRunItsProgram(t *testing.T) {
	i := image(t, program(tiny(t, "amd64")))
	require.NoError(t, validate.Image(i))
	c, err := i.ConfigFile()
	require.NoError(t, err)
	require.Equal(t, v1.Config{
		User: "65532:65532", Entrypoint: []string{"/tiny"}, WorkingDir: "/", Env: []string{"A=b"},
		ExposedPorts: map[string]struct{}{"8080/tcp": {}}, Labels: map[string]string{"org.opencontainers.image.version": "v1"},
	}, c.Config)
	require.Equal(t, "linux/amd64", c.Platform().String())
	require.Equal(t, commit, c.Created.Time)
	require.Len(t, c.History, 3)
}

func TestAnImageHoldsItsFilesAndNothingElse(t *testing.T) {
	binary := tiny(t, "amd64")
	r := mutate.Extract(image(t, program(binary)))
	defer r.Close()
	want, err := os.ReadFile(binary)
	require.NoError(t, err)
	held, modes := map[string]string{}, map[string]int64{}
	for files := tar.NewReader(r); ; {
		h, err := files.Next()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		require.Zero(t, h.Uid+h.Gid, "it belongs to root, so that the program cannot change it")
		require.Equal(t, int64(0), h.ModTime.Unix())
		text, err := io.ReadAll(files)
		require.NoError(t, err)
		held[h.Name], modes[h.Name] = string(text), h.Mode
	}
	require.True(t, held["tiny"] == string(want), "the program is as it was built")
	delete(held, "tiny")
	require.Equal(t, map[string]string{"etc": "", "etc/one": "", "etc/one/two": "2", "words": "hello"}, held)
	require.Equal(t, map[string]int64{"etc": 0o755, "etc/one": 0o755, "etc/one/two": 0o444, "words": 0o444, "tiny": 0o555}, modes)
}

func TestWhatGoesInAloneDecidesTheDigest(t *testing.T) {
	binary := tiny(t, "amd64")
	first := image(t, program(binary))
	later := filepath.Join(t.TempDir(), "copy")
	data, err := os.ReadFile(binary)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(later, data, 0o700))
	p := program(later)
	p.Created = commit.Add(time.Millisecond).In(time.FixedZone("elsewhere", 3600))
	require.Equal(t, digest(t, first), digest(t, image(t, p)), "another name, mode, zone and moment of a second")
	p.Files["/words"] = []byte("goodbye")
	other := image(t, p)
	require.NotEqual(t, digest(t, first), digest(t, other))
	a, err := first.Layers()
	require.NoError(t, err)
	b, err := other.Layers()
	require.NoError(t, err)
	for i, same := range []bool{true, false, true} {
		require.Equal(t, same, digest(t, a[i]) == digest(t, b[i]), "layer %d", i)
	}
}

func TestWhatCannotRunInAnImageIsRefused(t *testing.T) {
	script, other := filepath.Join(t.TempDir(), "script"), tiny(t, "386")
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\n"), 0o755))
	fits := tiny(t, "amd64")
	for want, p := range map[string]Program{
		"nothing/here: no such file":                                                          {Binary: "nothing/here", Name: "x"},
		"expected a Linux executable":                                                         {Binary: script, Name: "x"},
		"built for EM_386, expected EM_X86_64 or EM_AARCH64":                                  {Binary: other, Name: "x"},
		"it needs a dynamic linker, and there is none in the image; build with CGO_ENABLED=0": {Binary: "/bin/sh", Name: "x"},
		"it is built for linux/amd64, expected linux/arm64":                                   {Binary: fits, Name: "x", Platform: v1.Platform{OS: "linux", Architecture: "arm64"}},
		`the name is "a/b", expected a file's name without a folder`:                          {Binary: fits, Name: "a/b"},
	} {
		_, err := p.Image()
		require.ErrorContains(t, err, want)
	}
}

// TestALayoutAndItsArchiveHoldAllPlatforms reads both again.
func TestALayoutAndItsArchiveHoldAllPlatforms(t *testing.T) {
	dir, file := filepath.Join(t.TempDir(), "layout"), filepath.Join(t.TempDir(), "tiny.tar")
	amd64, arm64 := image(t, program(tiny(t, "amd64"))), image(t, program(tiny(t, "arm64")))
	index, err := Index(map[string]string{"org.opencontainers.image.version": "v1"}, amd64, arm64)
	require.NoError(t, err)
	require.NoError(t, validate.Index(index))
	for range 2 {
		require.NoError(t, Layout(dir, "registry.example/tiny:1", index), "the second time, in place of the first")
	}
	top, err := layout.ImageIndexFromPath(dir)
	require.NoError(t, err)
	require.NoError(t, validate.Index(top))
	names, err := top.IndexManifest()
	require.NoError(t, err)
	require.Len(t, names.Manifests, 1)
	require.Equal(t, digest(t, index), names.Manifests[0].Digest.String())
	require.Equal(t, "registry.example/tiny:1", names.Manifests[0].Annotations["io.containerd.image.name"])
	platforms, err := index.IndexManifest()
	require.NoError(t, err)
	require.Equal(t, "linux/amd64", platforms.Manifests[0].Platform.String())
	require.Equal(t, "linux/arm64", platforms.Manifests[1].Platform.String())

	require.NoError(t, Archive(file, dir))
	first, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, Save(file+"2", "registry.example/tiny:1", amd64, arm64))
	second, err := os.ReadFile(file + "2")
	require.NoError(t, err)
	for _, i := range []v1.Image{amd64, arm64} {
		require.Contains(t, string(first), "blobs/sha256/"+digest(t, i)[len("sha256:"):])
		require.Contains(t, string(second), "blobs/sha256/"+digest(t, i)[len("sha256:"):])
	}
	docker, err := tarball.ImageFromPath(file, nil)
	require.NoError(t, err)
	require.NoError(t, validate.Image(docker))
	list, err := tarball.LoadManifest(func() (io.ReadCloser, error) { return os.Open(file) })
	require.NoError(t, err)
	require.Equal(t, []string{"registry.example/tiny:1"}, list[0].RepoTags)
}

func TestAFolderThatIsNoLayoutIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "kept")
	require.NoError(t, os.WriteFile(kept, []byte("dear"), 0o600))
	index, err := Index(nil)
	require.NoError(t, err)
	require.ErrorContains(t, Layout(dir, "x", index), "is no layout and not empty: expected a folder that may be replaced")
	require.FileExists(t, kept)
}
