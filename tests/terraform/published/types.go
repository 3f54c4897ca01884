package published

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	built    = regexp.MustCompile(`= new (?:cdktf\.)?(\w+?)(List|OutputReference|Map)\(this, "\w+"(?:, (true|false))?\);$`)
	declared = regexp.MustCompile(`: (.+?)( \| cdktf\.IResolvable)?;`)
	got      = regexp.MustCompile(`this\.get(\w+)Attribute\(`)
)

// plain are types without blocks in them, by TypeScript's name or by how they are read.
var plain = map[string]any{
	"string": "string", "number": "number", "boolean": "bool",
	"string[]": []any{"list", "string"}, "number[]": []any{"list", "number"}, "{ [key: string]: string }": []any{"map", "string"},
	"String": "string", "Number": "number", "Boolean": "bool",
	"List": []any{"list", "string"}, "NumberList": []any{"list", "number"}, "StringMap": []any{"map", "string"},
}

// typeOf is Terraform's type of a member, or an object.
func (s *source) typeOf(m member, mode string) (any, error) {
	name := ""
	if b := built.FindStringSubmatch(m.kind); b != nil {
		switch b[1] + b[2] {
		case "StringMap":
			return plain["StringMap"], nil
		case "StringMapList":
			return []any{"list", plain["StringMap"]}, nil
		}
		return s.object(b[1], b[2] == "OutputReference", b[3] == "true")
	} else if r := got.FindStringSubmatch(m.kind); r != nil {
		name = r[1]
		if strings.Contains(m.kind, "Fn.tolist") {
			mode = "set"
		}
	} else if d := declared.FindStringSubmatch(m.kind); d != nil {
		name = d[1]
	}
	t, ok := plain[name]
	if !ok && name != "" && s.interfaces[strings.TrimSuffix(name, "[]")] != nil {
		return s.object(strings.TrimSuffix(name, "[]"), !strings.HasSuffix(name, "[]"), false)
	}
	if !ok {
		return nil, fmt.Errorf("cannot read its type: %s", m.kind)
	}
	if list, ok := t.([]any); ok && mode == "set" {
		return []any{"set", list[1]}, nil
	}
	return t, nil
}
