package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"golang.org/x/crypto/x509roots/fallback/bundle"

	"redthread.dev/infra/image/bill"
)

// authorities is where Go looks for certificates first. They are a file, which is read at
// the first handshake, and not linked (x509roots/fallback), which would parse them all at
// each start: 2 ms of the 8 that a function may take. And ops can mount their own over it.
const authorities = "/etc/ssl/certs/ca-certificates.crt"

const authoritiesModule = "golang.org/x/crypto/x509roots/fallback"

// roots are Mozilla's certificates of public authorities, as the Go project keeps them.
// Those trusted only for what was issued before some day are left out, as a file cannot
// say so.
func roots() []byte {
	var text bytes.Buffer
	for r := range bundle.Roots() {
		if r.Constraint == nil {
			pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: r.Certificate}) //nolint:errcheck // it is memory
		}
	}
	return text.Bytes()
}

// rooted is the certificates' line in the bill of materials.
func (s source) rooted(ctx context.Context) (cdx.Component, error) {
	version, err := asked(ctx, s.root, "go", "list", "-m", "-f", "{{.Version}}", authoritiesModule)
	if err != nil {
		return cdx.Component{}, fmt.Errorf("version of the certificates: %w", err)
	}
	dir, err := asked(ctx, s.root, "go", "list", "-m", "-f", "{{.Dir}}", authoritiesModule)
	if err != nil {
		return cdx.Component{}, fmt.Errorf("licence of the certificates: %w", err)
	}
	ref := "pkg:golang/" + authoritiesModule + "@" + version
	c := cdx.Component{BOMRef: ref, Type: cdx.ComponentTypeData, Name: authoritiesModule, Version: version, PackageURL: ref, Description: "Mozilla's certificates of public authorities, in " + authorities}
	c.Licenses = bill.Said(bill.Licences(dir))
	return c, nil
}
