// Package bill writes what a Go program is made of, a software bill of materials, from what
// the program itself says of how it was built: CycloneDX 1.6 in JSON.
package bill

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
)

// Folder is where such a bill lies in an image, by a name that scanners look for.
const Folder = "/usr/share/sbom/"

// Program is an executable, and what it cannot say of itself.
type Program struct {
	Binary   string                     // path of the executable
	Name     string                     // what it is called
	Version  string                     // empty: not known
	Created  time.Time                  // the bill's own time, which is the source's, not the clock's
	Licences func(path string) []string // SPDX identifiers of a module by its path, "std" for Go's own library, or none; nil: of none
	Data     []cdx.Component            // what lies in the image beside the program
}

// JSON returns the bill: the program, Go's library and each module that is linked, with
// versions, package URLs, checksums as in go.sum, and licences where they are known. The
// same program has the same bill.
func (p Program) JSON() ([]byte, error) {
	info, err := buildinfo.ReadFile(p.Binary)
	if err != nil {
		return nil, fmt.Errorf("bill of %s: %w; expected a Go program", p.Binary, err)
	}
	data, err := os.ReadFile(p.Binary)
	if err != nil {
		return nil, fmt.Errorf("bill of %s: %w", p.Binary, err)
	}
	sum := sha256.Sum256(data)
	var text bytes.Buffer
	if err := cdx.NewBOMEncoder(&text, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(p.bill(info, sum), cdx.SpecVersion1_6); err != nil {
		return nil, fmt.Errorf("bill of %s: %w", p.Binary, err)
	}
	return text.Bytes(), nil
}

func (p Program) bill(info *debug.BuildInfo, sum [sha256.Size]byte) *cdx.BOM {
	b := cdx.NewBOM()
	b.SerialNumber = "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceOID, sum[:]).String()
	program := p.program(info, sum)
	b.Metadata = &cdx.Metadata{Timestamp: p.Created.UTC().Format(time.RFC3339), Component: &program}
	parts := []cdx.Component{p.module(debug.Module{Path: "std", Version: info.GoVersion})}
	for _, m := range info.Deps {
		parts = append(parts, p.module(*m))
	}
	parts = append(parts, p.Data...)
	var needs []string
	for _, part := range parts {
		needs = append(needs, part.BOMRef)
	}
	b.Components, b.Dependencies = &parts, &[]cdx.Dependency{{Ref: program.BOMRef, Dependencies: &needs}}
	return b
}

// program is the executable with how it was built: tags, platform and the like.
func (p Program) program(info *debug.BuildInfo, sum [sha256.Size]byte) cdx.Component {
	properties := []cdx.Property{{Name: "go:package", Value: info.Path}}
	for _, s := range info.Settings {
		properties = append(properties, cdx.Property{Name: "go:build:" + s.Key, Value: s.Value})
	}
	return cdx.Component{
		BOMRef: p.Name, Type: cdx.ComponentTypeApplication, Name: p.Name, Version: p.Version, Licenses: p.licences(info.Main.Path),
		Hashes: &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: fmt.Sprintf("%x", sum)}}, Properties: &properties,
	}
}

// module is one module as it was linked, which may be a replacement.
func (p Program) module(m debug.Module) cdx.Component {
	c := cdx.Component{Type: cdx.ComponentTypeLibrary, Name: m.Path, Licenses: p.licences(m.Path)}
	if m.Replace != nil {
		c.Pedigree = &cdx.Pedigree{Notes: "in place of " + m.Path + " " + m.Version}
		m = *m.Replace
		c.Name = m.Path
	}
	c.Version, c.PackageURL = m.Version, "pkg:golang/"+m.Path+"@"+m.Version
	c.BOMRef = c.PackageURL
	if m.Sum != "" {
		c.Properties = &[]cdx.Property{{Name: "go:sum", Value: m.Sum}}
	}
	return c
}
