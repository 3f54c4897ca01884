package function

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/kelseyhightower/envconfig"
)

// readable is what is expected of a setting of a type.
var readable = map[string]string{
	"time.Duration": "a length of time, e.g. 90s or 1h30m", "bool": "true or false", "float64": "a number, e.g. 0.1",
	"int": "a whole number", "int64": "a whole number",
}

// unreadableSetting says in our words what envconfig says in Go's.
func unreadableSetting(prefix string, err error) error {
	var wrong *envconfig.ParseError
	if !errors.As(err, &wrong) {
		return err
	}
	name := strings.TrimPrefix(wrong.KeyName, prefix+"_")
	if expected := readable[wrong.TypeName]; expected != "" {
		return fmt.Errorf("%s is %q, expected %s", name, wrong.Value, expected)
	}
	return fmt.Errorf("%s is %q, %w", name, wrong.Value, wrong.Err) // a type of our own, which says what it expected
}

// inBounds tells which settings of a struct, a pointer to one, are not what their
// tags least, most, want and of allow.
func inBounds(settings any) error {
	all := reflect.ValueOf(settings).Elem()
	var errs []error
	for _, field := range reflect.VisibleFields(all.Type()) {
		name := field.Tag.Get("envconfig")
		if name == "" {
			continue
		}
		value := all.FieldByIndex(field.Index)
		errs = append(errs, bounded(name, value, field.Tag), asWanted(name, value, field.Tag))
	}
	return errors.Join(errs...)
}

func bounded(name string, value reflect.Value, tag reflect.StructTag) error {
	least, most := tag.Get("least"), tag.Get("most")
	n := amount(value)
	shown := fmt.Sprint(value)
	if value.CanFloat() {
		shown = strconv.FormatFloat(n, 'f', -1, 64)
	}
	switch {
	case least != "" && most != "" && !(n >= limit(least) && n <= limit(most)): // so that NaN is none
		return fmt.Errorf("%s is %s, expected %s to %s", name, shown, least, most)
	case most == "" && least != "" && !(n >= limit(least)):
		return fmt.Errorf("%s is %s, expected at least %s", name, shown, least)
	case least == "" && most != "" && !(n <= limit(most)):
		return fmt.Errorf("%s is %s, expected at most %s", name, shown, most)
	}
	return nil
}

func amount(value reflect.Value) float64 {
	switch {
	case value.CanInt(): // lengths of time too, in nanoseconds
		return float64(value.Int())
	case value.CanFloat():
		return value.Float()
	}
	return 0
}

// limit reads a bound. A wrong one is an error of the program, which each test that
// makes the function finds.
func limit(text string) float64 {
	if d, err := time.ParseDuration(text); err == nil && text != "0" {
		return float64(d)
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(fmt.Sprintf("bound %q of a setting is no number and no length of time", text))
	}
	return n
}
