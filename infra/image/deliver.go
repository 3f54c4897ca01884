package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"redthread.dev/infra/image/pack"
)

// mb are millions of bytes, as disks and networks count.
func mb(bytes int64) string { return fmt.Sprintf("%.2f MB", float64(bytes)/1e6) }

// small refuses images that are larger than they may be, all in one message.
func small(all []*made, most float64) error {
	var errs []error
	for _, m := range all {
		for _, o := range m.Platforms {
			if float64(o.Compressed) > most*1e6 {
				errs = append(errs, fmt.Errorf("%s, %s: the image is %s compressed, expected at most %g MB; -most N allows more, go version -m tells what is linked", m.Cloud, o.Platform, mb(o.Compressed), most))
			}
		}
	}
	return errors.Join(errs...)
}

// written puts the layout, its archive and the bills of materials into a folder.
func (m *made) written(out, repository string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return fmt.Errorf("-out %s: %w", out, err)
	}
	label := cloud(m.Cloud).label()
	m.Layout, m.Archive = filepath.Join(out, label), filepath.Join(out, label+".tar")
	if err := pack.Layout(m.Layout, repository+":"+label, m.index); err != nil {
		return err
	}
	if err := pack.Archive(m.Archive, m.Layout); err != nil {
		return err
	}
	for i, o := range m.Platforms {
		_, arch, _ := strings.Cut(o.Platform, "/")
		m.Platforms[i].Bill = filepath.Join(out, label+"-"+arch+".cdx.json")
		if err := os.WriteFile(m.Platforms[i].Bill, o.bill, 0o644); err != nil {
			return fmt.Errorf("write the bill of materials: %w", err)
		}
	}
	return nil
}

// pushed sends the image to where it was told, if anywhere: several clouds under one tag
// would replace each other, so that each of several has its own.
func (m *made) pushed(ctx context.Context, to string, of int, errs io.Writer) error {
	if to == "" {
		return nil
	}
	if of > 1 {
		to += "-" + cloud(m.Cloud).label()
	}
	tag, err := name.NewTag(to, name.StrictValidation)
	if err != nil {
		return fmt.Errorf("push %s: %w", to, err)
	}
	fmt.Fprintf(errs, "image: %s: pushing to %s\n", m.Cloud, tag)
	if err := remote.WriteIndex(tag, m.index, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)); err != nil {
		return fmt.Errorf("push %s to %s: %w", m.Cloud, tag, err)
	}
	m.Pushed = tag.Name()
	return nil
}

// told prints what there is now.
func told(out io.Writer, all []*made, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{"images": all})
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, m := range all {
		fmt.Fprintf(w, "%s\tall\t\t%s\t%s, %s\n", m.Cloud, m.Digest, m.Layout, m.Archive)
		for _, o := range m.Platforms {
			fmt.Fprintf(w, "\t%s\t%s\t%s\t%s\n", o.Platform, mb(o.Compressed), o.Digest, o.Bill)
		}
		if m.Pushed != "" {
			fmt.Fprintf(w, "\tpushed\t\t%s@%s\n", m.Pushed, m.Digest)
		}
	}
	return w.Flush()
}
