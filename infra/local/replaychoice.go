package main

import (
	"fmt"
	"slices"
	"strings"

	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
)

// assignments are settings given as NAME=value.
type assignments [][2]string

func (a *assignments) String() string {
	var all []string
	for _, s := range *a {
		all = append(all, s[0]+"="+s[1])
	}
	return strings.Join(all, " ")
}

// Set reads one setting.
func (a *assignments) Set(text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return fmt.Errorf("expected NAME=value, e.g. WAIT=30m")
	}
	*a = append(*a, [2]string{name, value})
	return nil
}

// of returns the settings, which must be the flow's.
func (a assignments) of(d flow.Definition) (map[string]string, error) {
	defaults := function.Defaults(d.Settings)
	var known []string
	for name, value := range function.Defaults(new(flow.Policy)) {
		defaults[name] = value
	}
	for name, value := range defaults {
		known = append(known, fmt.Sprintf("%s (%s)", name, value))
	}
	slices.Sort(known)
	settings := map[string]string{}
	for _, s := range a {
		name := strings.TrimPrefix(s[0], d.Name+".")
		if _, ok := defaults[name]; !ok {
			return nil, misusef("replay: %s has no setting %q; there are, with their defaults: %s", d.Name, s[0], strings.Join(known, ", "))
		}
		settings[name] = s[1]
	}
	return settings, nil
}

// mostChoices is how many choices of settings one replay tries: each is a column of
// the table.
const mostChoices = 16

// choices are settings to try, each choice beside the others.
type choices []assignments

func (c *choices) String() string {
	var all []string
	for _, one := range *c {
		all = append(all, one.String())
	}
	return strings.Join(all, "; ")
}

// Set reads one more choice.
func (c *choices) Set(text string) error {
	words := strings.Fields(text)
	one := make(assignments, 0, len(words))
	for _, word := range words {
		if one.Set(word) != nil {
			words = nil
		}
	}
	if len(words) == 0 {
		return fmt.Errorf("expected NAME=value and spaces in between, e.g. %q; -set takes a value that has spaces itself", "WAIT=30m MAX=1")
	}
	*c = append(*c, one)
	return nil
}
