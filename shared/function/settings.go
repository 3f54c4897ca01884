package function

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"

	"github.com/kelseyhightower/envconfig"
)

var environment sync.Mutex

// Settings fills the fields of into, a pointer to a struct with envconfig tags,
// for the named function: from env.Override, else from NAME_SETTING (several
// functions in one process), else from SETTING, else from the default tag. A number
// or a length of time may have the tags least and most, a text the tag want (url, name,
// country, zone or folder), a text or several the tag of with the values there are.
// The error names the setting, its value and what was expected.
func Settings(env Env, name string, into any) error {
	prefix := strings.ToUpper(name)
	environment.Lock() // envconfig reads nothing but the process's environment
	defer environment.Unlock()
	for setting, value := range env.Override[name] {
		defer restore(prefix + "_" + setting)()
		if err := os.Setenv(prefix+"_"+setting, value); err != nil {
			return fmt.Errorf("settings of %s: %w", name, err)
		}
	}
	if err := envconfig.Process(prefix, into); err != nil {
		return fmt.Errorf("settings of %s: %w", name, unreadableSetting(prefix, err))
	}
	if err := inBounds(into); err != nil {
		return fmt.Errorf("settings of %s: %w", name, err)
	}
	return nil
}

func restore(variable string) func() {
	old, was := os.LookupEnv(variable)
	return func() {
		if was {
			os.Setenv(variable, old)
		} else {
			os.Unsetenv(variable)
		}
	}
}

// Defaults returns the settings of a struct with envconfig tags, a pointer to one,
// with their defaults: what its manifest must list. Embedded structs count.
func Defaults(settings any) map[string]string {
	if settings == nil {
		return nil
	}
	defaults := map[string]string{}
	for _, field := range reflect.VisibleFields(reflect.TypeOf(settings).Elem()) {
		if name, ok := field.Tag.Lookup("envconfig"); ok {
			defaults[name] = field.Tag.Get("default")
		}
	}
	if len(defaults) == 0 {
		return nil
	}
	return defaults
}
