package suite

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// local returns what functions are set to on this machine: what the caller wants,
// else what the environment says (they read it themselves), else what makes sense
// here. Functions without such a setting do not look at it.
func local(c Config, keys map[string]string) map[string]map[string]string {
	defaults := maps.Clone(keys)
	delete(defaults, InsideKey)
	defaults["OUTBOX"] = filepath.Join(c.Data, "outbox")
	if c.PublicURL != "" {
		defaults["PUBLIC_URL"] = c.PublicURL
	}
	all := map[string]map[string]string{}
	for _, spec := range c.Functions {
		mine := map[string]string{}
		for name, value := range defaults {
			if !inEnvironment(name, spec.Name) {
				mine[name] = value
			}
		}
		maps.Copy(mine, Given(c.Settings, spec.Name))
		all[spec.Name] = mine
	}
	return all
}

// Given are those of a caller's settings, by function, that a function is given: those for
// all, which are the empty name's, and its own, which go before them.
func Given(settings map[string]map[string]string, function string) map[string]string {
	mine := map[string]string{}
	maps.Copy(mine, settings[""])
	maps.Copy(mine, settings[function])
	return mine
}

func inEnvironment(setting, function string) bool {
	_, all := os.LookupEnv(setting)
	_, own := os.LookupEnv(strings.ToUpper(function) + "_" + setting)
	return all || own
}
