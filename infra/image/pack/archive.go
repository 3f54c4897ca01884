package pack

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// Archive writes a layout as one file that both `ctr images import` and `docker load`
// read. The former takes the platform it wants; the latter the one of this machine, or the
// first where there is none.
func Archive(file, dir string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s from layout %s: %w", file, dir, err)
		}
	}()
	list, err := dockers(dir)
	if err != nil {
		return err
	}
	to, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	w := tar.NewWriter(to)
	if err := put(w, "manifest.json", list); err != nil {
		return err
	}
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		return errors.Join(err, put(w, filepath.ToSlash(name), data))
	}); err != nil {
		return err
	}
	return w.Close()
}

func put(w *tar.Writer, name string, data []byte) error {
	err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(data)), Mode: 0o644, Format: tar.FormatUSTAR})
	if err == nil {
		_, err = w.Write(data)
	}
	return err
}

// Save writes the images of one program, a platform each, as Archive does.
func Save(file, reference string, images ...v1.Image) error {
	index, err := Index(nil, images...)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(file), ".layout-")
	if err != nil {
		return fmt.Errorf("save %s: %w", reference, err)
	}
	defer os.RemoveAll(dir)
	if err := Layout(dir, reference, index); err != nil {
		return err
	}
	return Archive(file, dir)
}

// loaded is what `docker load` reads: an image by its files in the archive.
type loaded struct {
	Config   string
	RepoTags []string
	Layers   []string
}

func dockers(dir string) ([]byte, error) {
	top, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, err
	}
	named, err := top.IndexManifest()
	if err != nil {
		return nil, err
	}
	var all []loaded
	for _, n := range named.Manifests {
		image, err := native(top, n.Digest)
		if err != nil {
			return nil, err
		}
		m, err := image.Manifest()
		if err != nil {
			return nil, err
		}
		l := loaded{Config: blob(m.Config.Digest), RepoTags: []string{n.Annotations["io.containerd.image.name"]}}
		for _, layer := range m.Layers {
			l.Layers = append(l.Layers, blob(layer.Digest))
		}
		all = append(all, l)
	}
	return json.Marshal(all)
}

func blob(h v1.Hash) string { return "blobs/" + h.Algorithm + "/" + h.Hex }

// native returns the image for this machine's processor, or else the first one.
func native(top v1.ImageIndex, digest v1.Hash) (v1.Image, error) {
	index, err := top.ImageIndex(digest)
	if err != nil {
		return nil, err
	}
	m, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	if len(m.Manifests) == 0 {
		return nil, errors.New("it holds no image")
	}
	chosen := m.Manifests[0].Digest
	for _, one := range m.Manifests {
		if one.Platform != nil && one.Platform.Architecture == runtime.GOARCH {
			chosen = one.Digest
		}
	}
	return index.Image(chosen)
}
