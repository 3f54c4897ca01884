package bill

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/licensecheck"
)

// terms are the files that hold a module's licence. Those that are named after what else
// they speak of (LICENSE.docs) do not count.
var terms = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)([-.](txt|md|code|apache|mit|bsd))?$`)

// Sure is how much of a file must be the words of known licences, in percent of its words,
// before the file counts.
const Sure = 75

// Licences returns the SPDX identifiers of the licences in a module's folder, each once,
// in alphabetical order; none where there is no file or it is not recognised.
func Licences(dir string) []string {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var ids []string
	for _, f := range files {
		if !terms.MatchString(f.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			continue
		}
		found := licensecheck.Scan(text)
		for _, m := range found.Match {
			if found.Percent >= Sure && !m.IsURL {
				ids = append(ids, m.ID)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Said puts licences together as a bill says them: all of them, as whoever passes the
// program on has to heed each.
func Said(ids []string) *cdx.Licenses {
	switch len(ids) {
	case 0:
		return nil
	case 1:
		return &cdx.Licenses{{License: &cdx.License{ID: ids[0]}}}
	default:
		return &cdx.Licenses{{Expression: strings.Join(ids, " AND ")}}
	}
}

func (p Program) licences(path string) *cdx.Licenses {
	if p.Licences == nil {
		return nil
	}
	return Said(p.Licences(path))
}
