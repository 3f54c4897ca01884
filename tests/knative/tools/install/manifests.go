// Package install makes a bare Kubernetes node one with CoreDNS, Knative Serving and
// Knative Eventing, from the manifests that are in the modules' own archives.
package install

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"redthread.dev/tests/knative/tools/parts"
)

//go:embed manifests
var ours embed.FS

// bundle is some manifests, as one YAML stream.
type bundle struct{ bytes.Buffer }

// add adds the manifests in folders and files, without those that nothing here needs.
func (b *bundle) add(paths ...string) error {
	for _, path := range paths {
		err := filepath.WalkDir(path, func(file string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() || filepath.Ext(file) != ".yaml" || unwanted(filepath.Base(file)) {
				return err
			}
			text, err := os.ReadFile(file)
			b.write(text)
			return err
		})
		if err != nil {
			return fmt.Errorf("read Knative's manifests: %w", err)
		}
	}
	return nil
}

// unwanted manifests scale with load, or are of parts that are not built.
func unwanted(file string) bool {
	return strings.HasSuffix(file, "hpa.yaml") || file == "job-sink.yaml" || file == "request-reply.yaml"
}

// own adds one of our own manifests.
func (b *bundle) own(name string) error {
	text, err := ours.ReadFile("manifests/" + name + ".yaml")
	b.write(text)
	return err
}

func (b *bundle) write(text []byte) {
	b.WriteString("---\n")
	b.Write(text)
	b.WriteString("\n")
}

var (
	imported = regexp.MustCompile(`ko://[^\s"']+`)
	cpu      = regexp.MustCompile(`(?m)^\s+cpu: "?\d+m"?\n`)
	delay    = regexp.MustCompile(`initialDelaySeconds: 20\b`)
)

// fitted is the bundle for this machine: with the images that were made here, with no
// claims on processors that it has too few of, and ready as soon as it is.
func (b *bundle) fitted() []byte {
	images := map[string]string{}
	for _, p := range parts.All {
		images["ko://"+p.Import()] = p.Image
	}
	text := imported.ReplaceAllFunc(b.Bytes(), func(name []byte) []byte {
		if image := images[string(name)]; image != "" {
			return []byte(image)
		}
		return []byte("registry.local/absent:1")
	})
	return delay.ReplaceAll(cpu.ReplaceAll(text, nil), []byte("initialDelaySeconds: 1"))
}
