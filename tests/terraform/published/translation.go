package published

import (
	"fmt"
	"regexp"
	"strings"
)

// Translation is what can be configured, as Pulumi's package tells it.
type Translation struct {
	files      map[string]string
	namespaces map[string]string // of types/input.d.ts
}

// Given are arguments by their names in Pulumi's words.
type Given map[string]Argument

// Argument is one of them; Inner is nil where it is no block.
type Argument struct {
	Required bool
	Inner    Given
}

var (
	namespace = regexp.MustCompile(`(?ms)^export declare namespace (\w+) \{\n(.*?)^\}`)
	comments  = regexp.MustCompile(`(?s)/\*\*.*?\*/`)
	takes     = regexp.MustCompile(`(?s)^\s*(\w+)(\??): (.+)$`)
	refers    = regexp.MustCompile(`inputs\.(\w+)\.(\w+)`)
)

// Translation reads the package's declarations of the files that are named.
func (r Release) Translation(files ...string) (Translation, error) {
	wanted := map[string]bool{"types/input.d.ts": true}
	for _, file := range files {
		wanted[file+".d.ts"] = true
	}
	found, err := r.Files(func(path string) bool { return wanted[path] })
	if err != nil {
		return Translation{}, err
	}
	t := Translation{files: found, namespaces: map[string]string{}}
	for _, n := range namespace.FindAllStringSubmatch(found["types/input.d.ts"], -1) {
		t.namespaces[n[1]] = n[2]
	}
	return t, nil
}

// Given are the arguments that an interface in a file lists.
func (t Translation) Given(file, name string) (Given, error) {
	return t.within(t.files[file+".d.ts"], name)
}

func (t Translation) within(text, name string) (Given, error) {
	body := regexp.MustCompile(`(?s)\binterface ` + name + ` \{(.*?)\n *\}\n`).FindStringSubmatch(text)
	if body == nil {
		return nil, fmt.Errorf("there is no interface %s", name)
	}
	all := Given{}
	for _, line := range strings.Split(comments.ReplaceAllString(body[1], ""), ";\n") {
		m := takes.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		a := Argument{Required: m[2] == ""}
		if to := refers.FindStringSubmatch(m[3]); to != nil {
			inner, err := t.within(t.namespaces[to[1]], to[2])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", m[1], err)
			}
			a.Inner = inner
		}
		all[m[1]] = a
	}
	return all, nil
}
