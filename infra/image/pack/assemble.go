package pack

import (
	"archive/tar"
	"bytes"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// assemble stacks the layers, the program's on top, and tells how it is to be run.
func (p Program) assemble(binary []byte) (v1.Image, error) {
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	var adds []mutate.Addendum
	add := func(name string, data []byte, mode int64) error {
		layer, err := p.layer(name, data, mode)
		said := v1.History{Created: v1.Time{Time: p.Created}, CreatedBy: "infra/image", Comment: name}
		adds = append(adds, mutate.Addendum{Layer: layer, History: said})
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		if err := add(name, p.Files[name], 0o444); err != nil {
			return nil, err
		}
	}
	if err := add("/"+p.Name, binary, 0o555); err != nil {
		return nil, err
	}
	image, err := mutate.Append(base, adds...)
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config.OS, config.Architecture, config.Variant = p.Platform.OS, p.Platform.Architecture, p.Platform.Variant
	config.Created, config.Config = v1.Time{Time: p.Created}, p.config()
	return mutate.ConfigFile(image, config)
}

func (p Program) config() v1.Config {
	c := v1.Config{User: User, Entrypoint: []string{"/" + p.Name}, WorkingDir: "/", Env: p.Env, Labels: p.Labels}
	if p.Port != 0 {
		c.ExposedPorts = map[string]struct{}{strconv.Itoa(p.Port) + "/tcp": {}}
	}
	return c
}

// layer holds one file and the folders above it. Its times are those of 1970, so that a
// file that has not changed is the same layer in every image.
func (p Program) layer(name string, data []byte, mode int64) (v1.Layer, error) {
	var text bytes.Buffer
	w := tar.NewWriter(&text)
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	for i, c := range name {
		if c == '/' {
			if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: name[:i+1], Mode: 0o755, Format: tar.FormatUSTAR}); err != nil {
				return nil, err
			}
		}
	}
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(data)), Mode: mode, Format: tar.FormatUSTAR}); err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text.Bytes())), nil }
	l, err := tarball.LayerFromOpener(open, tarball.WithCompressionLevel(p.Level), tarball.WithMediaType(types.OCILayer), tarball.WithCompressedCaching)
	return struct{ v1.Layer }{l}, err // without its empty annotations, which are written as none
}
