package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// work is what the program was asked for.
type work struct {
	from, clouds, platforms, out, name, push string
	most                                     float64
	json                                     bool
}

// run makes the image of each cloud, then pushes them all, then says what there is.
func (w work) run(ctx context.Context, rest []string, out, errs io.Writer) error {
	clouds, platforms, err := w.checked(rest)
	if err != nil {
		return err
	}
	s, err := sources(ctx, w.from)
	if err != nil {
		return err
	}
	if s.dirty {
		fmt.Fprintf(errs, "image: the sources are not as they were committed, and the images say so: version %s\n", s.version)
	}
	var all []*made
	for _, c := range clouds {
		m, err := w.make(ctx, s, c, platforms, errs)
		if err != nil {
			return err
		}
		all = append(all, m)
	}
	if err := small(all, w.most); err != nil {
		return err
	}
	for _, m := range all {
		if err := m.written(w.out, w.name); err != nil {
			return err
		}
	}
	for _, m := range all {
		if err := m.pushed(ctx, w.push, len(all), errs); err != nil {
			return err
		}
	}
	return told(out, all, w.json)
}

// checked returns the clouds and platforms, or what is wrong with what was asked for,
// before anything is built.
func (w work) checked(rest []string) ([]cloud, []v1.Platform, error) {
	if len(rest) > 0 {
		return nil, nil, fmt.Errorf("%q: expected flags only (-h lists them)", rest[0])
	}
	var clouds []cloud
	for list := range strings.SplitSeq(w.clouds, ",") {
		c := cloud(list)
		if err := c.check(); err != nil {
			return nil, nil, err
		}
		if slices.Contains(clouds, c) {
			return nil, nil, fmt.Errorf("-for %s: %s is there twice", w.clouds, c)
		}
		clouds = append(clouds, c)
	}
	var platforms []v1.Platform
	for list := range strings.SplitSeq(w.platforms, ",") {
		p, err := v1.ParsePlatform(list)
		if err != nil || p.OS != "linux" || p.Architecture != "amd64" && p.Architecture != "arm64" || p.Variant != "" {
			return nil, nil, fmt.Errorf("-platforms: %q, expected linux/amd64 or linux/arm64", list)
		}
		platforms = append(platforms, *p)
	}
	if w.most <= 0 {
		return nil, nil, fmt.Errorf("-most %g: expected more than 0", w.most)
	}
	if _, err := name.NewTag(w.name + ":x"); err != nil {
		return nil, nil, fmt.Errorf("-name %s: expected REGISTRY/REPOSITORY without a tag: %w", w.name, err)
	}
	if w.push != "" {
		if _, err := name.NewTag(w.push, name.StrictValidation); err != nil {
			return nil, nil, fmt.Errorf("-push %s: expected REGISTRY/REPOSITORY:TAG: %w", w.push, err)
		}
	}
	return clouds, platforms, nil
}
