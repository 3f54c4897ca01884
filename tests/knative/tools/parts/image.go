package parts

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Archives returns the archives of images of all parts that run in pods.
func (c Cache) Archives() ([]string, error) {
	var all []string
	for _, p := range All {
		if p.Image == "" {
			continue
		}
		made, err := c.Archive(p)
		if err != nil {
			return nil, err
		}
		all = append(all, made)
	}
	return all, nil
}

// Archive returns the archive of a part's image, which is made unless it is in the cache.
func (c Cache) Archive(p Part) (string, error) {
	made := c.Path(p) + ".tar"
	if _, err := os.Stat(made); err == nil {
		return made, nil
	}
	return made, archive(c.Path(p), p.Image, made)
}

// archive makes an image that is one static program and nothing else.
func archive(program, ref, to string) error {
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return layer(program) },
		tarball.WithCompressionLevel(1)) // it travels no further than this machine
	if err != nil {
		return err
	}
	img, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return err
	}
	config, err := img.ConfigFile()
	if err != nil {
		return err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", runtime.GOARCH
	config.Config.Entrypoint, config.Config.User = []string{"/app"}, "65532:65532"
	if img, err = mutate.ConfigFile(img, config); err != nil {
		return err
	}
	tag, err := name.NewTag(ref)
	if err != nil {
		return err
	}
	if err := tarball.WriteToFile(to+".part", tag, img); err != nil {
		return err
	}
	return os.Rename(to+".part", to)
}

// layer is a tar archive of the program as /app, and an empty /tmp.
func layer(program string) (io.ReadCloser, error) {
	content, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range []*tar.Header{
		{Name: "tmp/", Mode: 0o1777, Typeflag: tar.TypeDir},
		{Name: "app", Mode: 0o755, Typeflag: tar.TypeReg, Size: int64(len(content))},
	} {
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	return io.NopCloser(&out), w.Close()
}

// Link puts links to all parts into a folder, which can be in the PATH.
func (c Cache) Link(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, p := range All {
		if err := os.Symlink(c.Path(p), filepath.Join(dir, p.Name)); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	return nil
}
