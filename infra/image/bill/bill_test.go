package bill

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/stretchr/testify/require"

	"redthread.dev/infra/image/bill/billtest"
)

// several is a program of three modules.
func several(t *testing.T) Program {
	t.Helper()
	path := filepath.Join(t.TempDir(), "several")
	out, err := exec.Command("go", "build", "-o", path, "./testdata/several").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return Program{Binary: path, Name: "several", Version: "v1", Created: time.Date(2026, 11, 22, 5, 0, 0, 0, time.FixedZone("", 3600))}
}

func TestABillNamesEveryModuleThatIsLinked(t *testing.T) {
	p := several(t)
	p.Licences = func(path string) []string {
		return map[string][]string{"std": {"BSD-3-Clause"}, "github.com/google/uuid": {"Apache-2.0", "BSD-3-Clause"}}[path]
	}
	p.Data = []cdx.Component{{BOMRef: "roots", Type: cdx.ComponentTypeData, Name: "roots"}}
	text, err := p.JSON()
	require.NoError(t, err)
	billtest.Valid(t, text)
	var b cdx.BOM
	require.NoError(t, json.Unmarshal(text, &b))
	require.Equal(t, "2026-11-22T04:00:00Z", b.Metadata.Timestamp)
	listed := map[string]cdx.Component{}
	for _, c := range *b.Components {
		listed[c.Name] = c
	}
	info, err := buildinfo.ReadFile(p.Binary)
	require.NoError(t, err)
	require.Len(t, info.Deps, 3)
	for _, m := range info.Deps {
		c := listed[m.Path]
		require.Equal(t, "pkg:golang/"+m.Path+"@"+m.Version, c.PackageURL)
		require.Equal(t, m.Sum, (*c.Properties)[0].Value)
	}
	require.Len(t, listed, len(info.Deps)+2)
	require.Equal(t, info.GoVersion, listed["std"].Version)
	require.Equal(t, "BSD-3-Clause", (*listed["std"].Licenses)[0].License.ID)
	require.Equal(t, "Apache-2.0 AND BSD-3-Clause", (*listed["github.com/google/uuid"].Licenses)[0].Expression)
	require.Nil(t, listed["gopkg.in/yaml.v3"].Licenses, "what is not known is not said")
	require.Len(t, *(*b.Dependencies)[0].Dependencies, len(listed))
	again, err := p.JSON()
	require.NoError(t, err)
	require.Equal(t, text, again)
}

func TestOnlyAGoProgramHasABill(t *testing.T) {
	for binary, want := range map[string]string{"nothing": "open nothing: no such file", "bill.go": "unrecognized file format; expected a Go program"} {
		_, err := Program{Binary: binary}.JSON()
		require.ErrorContains(t, err, want)
	}
}

func TestALicenceIsRecognisedByItsText(t *testing.T) {
	for module, want := range map[string][]string{
		"github.com/google/uuid":                 {"BSD-3-Clause"},
		"github.com/CycloneDX/cyclonedx-go":      {"Apache-2.0"},
		"github.com/stretchr/testify":            {"MIT"},
		"github.com/klauspost/compress":          {"Apache-2.0", "BSD-3-Clause", "MIT"},
		"gopkg.in/yaml.v3":                       {"Apache-2.0", "MIT"},
		"github.com/google/go-containerregistry": {"Apache-2.0"},
	} {
		require.Equal(t, want, Licences(billtest.Folder(t, module)), module)
	}
	dir := t.TempDir()
	require.Empty(t, Licences(dir))
	require.Empty(t, Licences(filepath.Join(dir, "none")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "LICENSE"), []byte("All rights reserved. Ask us before you do anything with it."), 0o600))
	require.Empty(t, Licences(dir))
}
