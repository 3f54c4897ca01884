package pack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// Index is one name for the images of several platforms, with annotations for those who
// look at nothing but the index.
func Index(annotations map[string]string, images ...v1.Image) (v1.ImageIndex, error) {
	index := v1.ImageIndex(empty.Index)
	for _, image := range images {
		config, err := image.ConfigFile()
		if err != nil {
			return nil, fmt.Errorf("index of images: %w", err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: config.Platform()}})
	}
	return mutate.Annotations(index, annotations).(v1.ImageIndex), nil
}

// Layout writes an index into a folder, as an OCI image layout, under a reference such as
// registry.example/redthread:1. A layout that is there is replaced; another folder is not.
func Layout(dir, reference string, index v1.ImageIndex) error {
	if err := vacate(dir); err != nil {
		return fmt.Errorf("write layout: %w", err)
	}
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		return fmt.Errorf("write layout %s: %w", dir, err)
	}
	names := layout.WithAnnotations(map[string]string{"io.containerd.image.name": reference, "org.opencontainers.image.ref.name": reference})
	if err := path.AppendIndex(index, names); err != nil {
		return fmt.Errorf("write layout %s: %w", dir, err)
	}
	return nil
}

// vacate removes a layout, and nothing else.
func vacate(dir string) error {
	there, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(there) == 0 {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, "oci-layout")); err != nil {
		return fmt.Errorf("%s is no layout and not empty: expected a folder that may be replaced", dir)
	}
	return os.RemoveAll(dir)
}
