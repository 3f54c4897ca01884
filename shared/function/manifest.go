package function

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Manifest is a function.yaml, strictly read.
type Manifest struct {
	Name     string            `yaml:"-"` // the folder's name
	Summary  string            `yaml:"summary"`
	Group    string            `yaml:"group"` // intake, flows, channels, insight, desk
	Triggers []Trigger         `yaml:"triggers"`
	Emits    []string          `yaml:"emits"`
	Settings map[string]string `yaml:"settings"` // name → default
	Goal     Goal              `yaml:"goal"`     // what ends a flow's work
	Purpose  string            `yaml:"purpose"`  // marketing or service
	Priority string            `yaml:"priority"` // high, normal or low
	Holdout  float64           `yaml:"holdout"`  // share of customers kept untouched, 0 to 0.5
	SafeFlow *SafeFlow         `yaml:"safeflow"`
	Scale    Scale             `yaml:"scale"`
}

// Trigger subscribes a function to events: all of a type (unless empty) for which
// the CESQL filter holds (unless empty).
type Trigger struct {
	Type   string `yaml:"type"`
	Filter string `yaml:"filter"`
}

// Goal is the event type that ends a flow's work, or a list of them: any ends it.
type Goal []string

// UnmarshalYAML reads one type, or a list.
func (g *Goal) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		return n.Decode((*[]string)(g))
	}
	*g = make(Goal, 1)
	return n.Decode(&(*g)[0])
}

// SafeFlow says how sure a link between two channels is, on scales of 1 to 5.
type SafeFlow struct {
	Connects   []string `yaml:"connects"`
	Closeness  int      `yaml:"closeness"` // to the buying decision
	Complexity int      `yaml:"complexity"`
	Investment int      `yaml:"investment"`
}

// Scale bounds the number of instances and the requests one takes at a time.
type Scale struct {
	Min         int `yaml:"min"`
	Max         int `yaml:"max"`
	Concurrency int `yaml:"concurrency"`
}

var (
	groups     = []string{"intake", "flows", "channels", "insight", "desk"}
	called     = []string{"intake", "desk"} // groups whose functions may be called from outside alone, and listen to nothing
	purposes   = []string{"marketing", "service"}
	priorities = []string{"high", "normal", "low"}
)

// ParseManifest reads the function.yaml of the named function. An unknown key or
// a value out of range is an error that names file and key.
func ParseManifest(name string, text []byte) (Manifest, error) {
	m := Manifest{Name: name}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&m); err != nil {
		return m, fmt.Errorf("%s/function.yaml: %w", name, err)
	}
	if err := errors.Join(m.faults()...); err != nil {
		return m, fmt.Errorf("%s/function.yaml: %w", name, err)
	}
	return m, nil
}

// Expression returns the CESQL filter of the i-th trigger as a broker gets it.
// Flows and channels see resolved events only.
func (m Manifest) Expression(i int) string {
	var parts []string
	t := m.Triggers[i]
	if t.Type != "" {
		parts = append(parts, "type = '"+t.Type+"'")
	}
	if m.Group == "flows" {
		parts = append(parts, "EXISTS profileid")
	}
	if t.Filter != "" {
		parts = append(parts, "("+t.Filter+")")
	}
	if len(parts) == 0 {
		return "TRUE"
	}
	return strings.Join(parts, " AND ")
}

func (m Manifest) faults() []error {
	var errs []error
	must := func(ok bool, key, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...)))
		}
	}
	must(m.Summary != "", "summary", "is empty; say in one sentence what the function does")
	must(slices.Contains(groups, m.Group), "group", "%q is none of %s", m.Group, strings.Join(groups, ", "))
	must(len(m.Triggers) > 0 || slices.Contains(called, m.Group), "triggers", "there is none")
	for i, t := range m.Triggers {
		must(t.Type != "" || t.Filter != "", fmt.Sprintf("triggers[%d]", i), "needs a type or a filter")
	}
	must(m.Holdout >= 0 && m.Holdout <= 0.5, "holdout", "%v is not between 0 and 0.5", m.Holdout)
	must(m.Scale.Min >= 0 && m.Scale.Max >= m.Scale.Min, "scale", "min %d, max %d", m.Scale.Min, m.Scale.Max)
	if m.Group == "flows" {
		must(slices.Contains(purposes, m.Purpose), "purpose", "%q is none of %s", m.Purpose, strings.Join(purposes, ", "))
		must(slices.Contains(priorities, m.Priority), "priority", "%q is none of %s", m.Priority, strings.Join(priorities, ", "))
		must(len(m.Goal) > 0 && !slices.Contains(m.Goal, ""), "goal", "is empty; name the event type that ends the flow's work")
	}
	return errs
}
