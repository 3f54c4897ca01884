package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"redthread.dev/events"
)

// table makes TYPES.md: every type, what it says, and its fields. The fields that
// every event from outside may have are told once, above.
func (v *vocabulary) table() []byte {
	var out bytes.Buffer
	out.WriteString("<!-- written by go generate ./events -->\n\n")
	out.WriteString("Types begin with `dev.redthread.`. Fields in bold are required; those ending in `[]` are lists.\n")
	fmt.Fprintf(&out, "Events from outside (marked ◦) may also say: %s.\n\n", strings.Join(v.shared(), ", "))
	out.WriteString("| type | what it says | data |\n|---|---|---|\n")
	for _, t := range events.Types() {
		name := events.Short(t)
		document := v.schemas[name]
		mark := ""
		if fromSource(t) {
			mark = " ◦"
		}
		says, _, _ := strings.Cut(document.get("description").(string), ". ")
		fmt.Fprintf(&out, "| [`%s`](samples/%s.json)%s | %s | %s |\n", name, name, mark, strings.TrimSuffix(says, "."), strings.Join(v.own(t), ", "))
	}
	return out.Bytes()
}

func fromSource(eventType string) bool {
	_, embeds := dataType(eventType).FieldByName("Common")
	return embeds
}

// shared are the names of the fields of Common.
func (v *vocabulary) shared() []string {
	var names []string
	common, _ := dataType(events.Types()[0]).FieldByName("Common")
	for i := range common.Type.NumField() {
		name, _ := jsonName(common.Type.Field(i))
		names = append(names, "`"+name+"`")
	}
	return names
}

// own are a type's fields as the table shows them: its own, and those of Common that
// it requires.
func (v *vocabulary) own(eventType string) []string {
	document := v.schemas[events.Short(eventType)]
	required, _ := document.get("required").([]string)
	shared := v.shared()
	var fields []string
	for _, property := range document.get("properties").(object) {
		text := "`" + property.name + "`"
		isRequired := slices.Contains(required, property.name)
		if fromSource(eventType) && slices.Contains(shared, text) && !isRequired {
			continue
		}
		if property.value.(object).get("type") == "array" {
			text += "[]"
		}
		if isRequired {
			text = "**" + text + "**"
		}
		fields = append(fields, text)
	}
	return fields
}
