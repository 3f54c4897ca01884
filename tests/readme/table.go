package main

import (
	"fmt"
	"slices"
	"strings"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/shared/function"
	"redthread.dev/tests/pages"
)

const (
	begin = "<!-- functions: begin (go run ./tests/readme) -->\n"
	end   = "<!-- functions: end -->"
)

// generate puts the table of functions between its marks.
func generate(text string) (string, error) {
	table, err := table()
	if err != nil {
		return "", err
	}
	return pages.Between(text, begin, end, table)
}

func table() (string, error) {
	var b strings.Builder
	b.WriteString("| function | what it does | connects | listens to |\n|---|---|---|---|\n")
	for _, group := range []string{"intake", "flows", "channels", "insight", "desk"} {
		for _, spec := range functions.All {
			m, err := function.ParseManifest(spec.Name, spec.Manifest)
			if err != nil {
				return "", err
			}
			if m.Group == group {
				b.WriteString(row(m))
			}
		}
	}
	return b.String(), nil
}

func row(m function.Manifest) string {
	var hears []string
	for _, t := range m.Triggers {
		name := strings.TrimSuffix(events.Short(t.Type), ".v1")
		if name == "" {
			name = "every event from outside"
		}
		if !slices.Contains(hears, name) && name != "timer.due" {
			hears = append(hears, name)
		}
	}
	connects := ""
	if m.SafeFlow != nil {
		connects = strings.Join(m.SafeFlow.Connects, " → ")
	}
	return fmt.Sprintf("| [%s](functions/%s/%s) | %s | %s | %s |\n", m.Name, m.Group, m.Name, m.Summary, connects, strings.Join(hears, ", "))
}
