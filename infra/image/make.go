package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"redthread.dev/infra/image/bill"
	"redthread.dev/infra/image/pack"
	"redthread.dev/shared/function"
)

const (
	title       = "redthread"
	description = "CloudEvents functions that hold a shop's channels together: one profile and one thread per customer"
	program     = "./infra/knative"
	port        = 8080
)

// made is the image of one cloud.
type made struct {
	Cloud     string `json:"cloud"`
	Digest    string `json:"digest"` // of the index of its platforms
	Platforms []one  `json:"platforms"`
	Layout    string `json:"layout"`
	Archive   string `json:"archive"`
	Pushed    string `json:"pushed,omitempty"` // by tag
	index     v1.ImageIndex
}

// one is the image of one platform.
type one struct {
	Platform   string `json:"platform"`
	Digest     string `json:"digest"`
	Compressed int64  `json:"compressed"` // bytes: what a node pulls
	Bill       string `json:"bill"`       // the bill of materials' file
	bill       []byte
	image      v1.Image
}

// make builds and packs the program for one cloud and its platforms.
func (w work) make(ctx context.Context, s source, c cloud, platforms []v1.Platform, errs io.Writer) (*made, error) {
	m := &made{Cloud: string(c)}
	var images []v1.Image
	for _, p := range platforms {
		begun := time.Now()
		fmt.Fprintf(errs, "image: %s, %s: building, which takes minutes where it was not built before\n", c, p)
		o, err := s.one(ctx, c, p, program)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(errs, "image: %s, %s: %s compressed, after %s\n", c, p, mb(o.Compressed), time.Since(begun).Round(time.Second))
		m.Platforms, images = append(m.Platforms, o), append(images, o.image)
	}
	var err error
	if m.index, err = pack.Index(s.labels(c), images...); err != nil {
		return nil, err
	}
	digest, err := m.index.Digest()
	m.Digest = digest.String()
	return m, err
}

// defaults are the image's environment: what the program does by itself once it runs,
// but a Go program sweeps its memory before that, which takes a third of a short start.
var defaults = []string{"PORT=" + strconv.Itoa(port), "GOGC=" + strconv.Itoa(function.SweepAt)}

// one builds and packs a package of the sources for one cloud and platform.
func (s source) one(ctx context.Context, c cloud, p v1.Platform, pkg string) (one, error) {
	dir, err := os.MkdirTemp("", "image-")
	if err != nil {
		return one{}, fmt.Errorf("build %s: %w", pkg, err)
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, title)
	if err := s.built(ctx, p, c, pkg, binary); err != nil {
		return one{}, err
	}
	materials, err := s.materials(ctx, c, p, pkg, binary)
	if err != nil {
		return one{}, err
	}
	files := map[string][]byte{authorities: roots(), path.Join(bill.Folder, title+".cdx.json"): materials}
	image, err := pack.Program{
		Binary: binary, Name: title, Platform: p, Port: port, Env: defaults,
		Labels: s.labels(c), Created: s.created, Files: files,
	}.Image()
	if err != nil {
		return one{}, err
	}
	o := one{Platform: p.String(), bill: materials, image: image}
	return o, o.measure()
}

func (s source) materials(ctx context.Context, c cloud, p v1.Platform, pkg, binary string) ([]byte, error) {
	licences, err := s.licences(ctx, p, c, pkg)
	if err != nil {
		return nil, err
	}
	authorities, err := s.rooted(ctx)
	if err != nil {
		return nil, err
	}
	return bill.Program{Binary: binary, Name: title, Version: s.version, Created: s.created, Licences: licences, Data: []cdx.Component{authorities}}.JSON()
}

// labels are those of the OCI image specification, and the cloud. What is not known is left out.
func (s source) labels(c cloud) map[string]string {
	const oci = "org.opencontainers.image."
	labels := map[string]string{
		oci + "title": title, oci + "description": description, oci + "source": "https://redthread.dev",
		oci + "version": s.version, oci + "revision": s.revision, oci + "licenses": licence(s.root),
		oci + "created": s.created.Format(time.RFC3339), "dev.redthread.cloud": string(c),
	}
	maps.DeleteFunc(labels, func(_, value string) bool { return value == "" })
	return labels
}

// measure adds up what a node pulls: the manifest, the configuration and the layers.
func (o *one) measure() error {
	m, err := o.image.Manifest()
	size, err2 := o.image.Size()
	digest, err3 := o.image.Digest()
	if err := errors.Join(err, err2, err3); err != nil {
		return fmt.Errorf("measure the image: %w", err)
	}
	o.Digest, o.Compressed = digest.String(), size+m.Config.Size
	for _, l := range m.Layers {
		o.Compressed += l.Size
	}
	return nil
}
