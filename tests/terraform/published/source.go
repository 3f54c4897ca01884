package published

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

var mapped = regexp.MustCompile(`(?m)^//# sourceMappingURL=data:application/json;base64,(\S+)$`)

// typescript is the source that a file of JavaScript was compiled from, which it carries
// with it. Only there it is said of each name whether it is computed.
func typescript(name, javascript string) (string, error) {
	found := mapped.FindStringSubmatch(javascript)
	if found == nil {
		return "", fmt.Errorf("%s: carries no source", name)
	}
	text, err := base64.StdEncoding.DecodeString(found[1])
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	var carried struct{ SourcesContent []string }
	if err := json.Unmarshal(text, &carried); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return strings.Join(carried.SourcesContent, "\n"), nil
}

// source is what the bindings' source says, by the names in it.
type source struct {
	classes    map[string][]member          // what can be read from an object
	interfaces map[string][]member          // what can be configured
	blocks     map[string]map[string]string // "list", "set", "struct", "map" or "simple", by what is configured
	types      map[string]string            // class of a resource, by its kind and Terraform's name
}

// member is an argument or attribute.
type member struct {
	name                         string
	computed, optional, required bool
	kind                         string // TypeScript's type, or how it is read
	description                  string
}

var (
	topLevel   = regexp.MustCompile(`(?m)^export `)
	declares   = regexp.MustCompile(`^(interface|class|function) (\w+)(?: extends cdktf\.(\w+))?`)
	terraforms = regexp.MustCompile(`tfResourceType = "(\w+)"`)
	told       = regexp.MustCompile(`(?m)^  // (\w+) - computed: (\w+), optional: (\w+), required: (\w+)\n(.*)\n(.*)`)
	written    = regexp.MustCompile(`(?s)  /\*\*\n(.*?)\*/\n  readonly \w+(\??): ([^\n]+);\n`)
	anchor     = regexp.MustCompile(`(?s)^(.*?)(?:\s*\*)*\s*Docs at Terraform Registry: \{@link \S+#(\w+) `)
	margin     = regexp.MustCompile(`(?m)^\s*\*\s?`)
	configured = regexp.MustCompile(`\n +(\w+): \{\n +value: .*\n +isBlock: \w+,\n +type: "(\w+)",\n`)
)

// read takes in a file of TypeScript.
func (s *source) read(text string) {
	for _, part := range topLevel.Split(text, -1)[1:] {
		d := declares.FindStringSubmatch(part)
		if d == nil {
			continue
		}
		switch what, name, kind := d[1], d[2], d[3]; what {
		case "interface":
			s.interfaces[name] = interfaceMembers(part)
		case "function":
			if base, ok := strings.CutSuffix(name, "ToHclTerraform"); ok {
				s.blocks[strings.ToUpper(base[:1])+base[1:]] = nesting(part)
			}
		case "class":
			s.classes[name] = classMembers(part)
			if t := terraforms.FindStringSubmatch(part); t != nil {
				s.blocks[name] = nesting(part)
				s.types[kind+" "+t[1]] = name
			}
		}
	}
}

func classMembers(text string) []member {
	var all []member
	for _, m := range told.FindAllStringSubmatch(text, -1) {
		kind := strings.TrimSpace(m[5])
		if strings.HasPrefix(kind, "public get") {
			kind = strings.TrimSpace(m[6])
		}
		all = append(all, member{name: m[1], computed: m[2] == "true", optional: m[3] == "true", required: m[4] == "true", kind: kind})
	}
	return all
}

func interfaceMembers(text string) []member {
	var all []member
	for _, m := range written.FindAllStringSubmatch(text, -1) {
		if a := anchor.FindStringSubmatch(m[1]); a != nil {
			all = append(all, member{name: a[2], optional: m[2] == "?", required: m[2] != "?", kind: ": " + m[3] + ";",
				description: strings.TrimSpace(margin.ReplaceAllString(a[1], ""))})
		}
	}
	return all
}

func nesting(text string) map[string]string {
	all := map[string]string{}
	for _, m := range configured.FindAllStringSubmatch(text, -1) {
		all[m[1]] = m[2]
	}
	return all
}
