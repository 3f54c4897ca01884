package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"redthread.dev/functions"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
)

// settings are given as -set basketrecovery.WAIT=30m, or -set QUIET=off for all
// functions that have it.
type settings map[string]map[string]string

func (s settings) String() string { return "" }

// Set reads one setting.
func (s settings) Set(text string) error {
	name, value, ok := strings.Cut(text, "=")
	owner, setting, dotted := strings.Cut(name, ".")
	if !dotted {
		owner, setting = "", name
	}
	if !ok || setting == "" || setting != strings.ToUpper(setting) {
		return fmt.Errorf("expected FUNCTION.NAME=value or NAME=value, e.g. basketrecovery.WAIT=30m")
	}
	if _, known := functions.Named(owner); owner != "" && !known {
		return fmt.Errorf("there is no function %q", owner)
	}
	if known := settable(owner); !slices.Contains(known, setting) {
		return fmt.Errorf("there is no setting %s; there are: %s", name, strings.Join(known, ", "))
	}
	if s[owner] == nil {
		s[owner] = map[string]string{}
	}
	s[owner][setting] = value
	return nil
}

// settable are the names of a function's settings, or those of all functions.
func settable(name string) []string {
	known := map[string]bool{}
	for _, spec := range functions.All {
		if name == "" || spec.Name == name {
			for setting := range function.Defaults(spec.Settings) {
				known[setting] = true
			}
		}
	}
	if name == "" || slices.ContainsFunc(functions.Flows, func(d flow.Definition) bool { return d.Name == name }) {
		for setting := range function.Defaults(new(flow.Policy)) {
			known[setting] = true
		}
	}
	return slices.Sorted(maps.Keys(known))
}

// duration is a length of time as ISO 8601 writes it (PT0.2S), as Knative's delivery
// settings are, or as Go does (200ms).
type duration time.Duration

var iso = regexp.MustCompile(`^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$`)

func (d *duration) String() string { return time.Duration(*d).String() }

// Set reads the duration.
func (d *duration) Set(text string) error {
	if parsed, err := time.ParseDuration(text); err == nil {
		*d = duration(parsed)
		return nil
	}
	parts := iso.FindStringSubmatch(text)
	if parts == nil || strings.HasSuffix(text, "P") || strings.HasSuffix(text, "T") {
		return fmt.Errorf("expected a duration, e.g. PT0.2S or 200ms")
	}
	var seconds float64
	for i, unit := range []float64{24 * 60 * 60, 60 * 60, 60, 1} {
		if parts[i+1] != "" {
			n, err := strconv.ParseFloat(parts[i+1], 64)
			if err != nil {
				return fmt.Errorf("expected a duration, e.g. PT0.2S or 200ms")
			}
			seconds += n * unit
		}
	}
	if seconds > 1e9 {
		return fmt.Errorf("expected a duration of less than 30 years")
	}
	*d = duration(seconds * float64(time.Second))
	return nil
}

// size is a number of bytes: 4GiB, 500MB, 1048576.
type size int64

var units = map[string]float64{"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}

func (s *size) String() string {
	switch n := int64(*s); {
	case n >= 1<<30 && n%(1<<30) == 0:
		return strconv.FormatInt(n>>30, 10) + "GiB"
	case n >= 1<<20:
		return strconv.FormatInt(n>>20, 10) + "MiB"
	}
	return strconv.FormatInt(int64(*s), 10)
}

// Set reads the size.
func (s *size) Set(text string) error {
	digits := strings.TrimRight(text, "BKMGIbkmgi")
	n, err := strconv.ParseFloat(digits, 64)
	unit, ok := units[strings.ToUpper(text[len(digits):])]
	if err != nil || !ok || !(n > 0 && n < 1e12) {
		return fmt.Errorf("expected a size, e.g. 500MB or 4GiB")
	}
	*s = size(n * unit)
	return nil
}
