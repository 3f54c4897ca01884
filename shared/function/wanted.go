package function

import (
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/store"
)

// wanted are the kinds of text that the tag want names: what is expected, and whether a
// text is it. A text that may be left empty is not asked.
var wanted = map[string]struct {
	expected string
	is       func(string) bool
	maybe    bool // empty is right too
}{
	"url":     {expected: "a full address, e.g. https://shop.example", is: webAddress},
	"name":    {expected: "a name of 1 to 64 letters, digits, - and _", is: func(s string) bool { return len(s) <= 64 && named.MatchString(s) }},
	"country": {expected: "a country that has telephone numbers, by its two letters in ISO 3166-1, e.g. DK", is: events.HasPhones, maybe: true},
	"zone":    {expected: "a time zone, e.g. Europe/Copenhagen", is: timeZone},
	"folder":  {expected: "a folder", is: func(s string) bool { return strings.TrimSpace(s) != "" && !strings.ContainsRune(s, 0) }},
}

// named has no count, which would be as many copies, made each time a function starts.
var named = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

// asWanted tells whether a setting is what its tags want and of say: want names a kind
// of text, of lists the values that there are, each for a text or for several.
func asWanted(name string, value reflect.Value, tag reflect.StructTag) error {
	if kind, asked := tag.Lookup("want"); asked {
		k, known := wanted[kind]
		if !known {
			panic(fmt.Sprintf("setting %s wants %q, which is no kind of text", name, kind))
		}
		for _, text := range texts(value) {
			if !(k.maybe && text == "") && !k.is(text) {
				return fmt.Errorf("%s is %q, expected %s", name, store.Redacted(text), k.expected)
			}
		}
	}
	of, asked := tag.Lookup("of")
	if !asked {
		return nil
	}
	for _, text := range texts(value) {
		if !slices.Contains(strings.Split(of, ","), text) {
			return fmt.Errorf("%s is %q, expected one of %s", name, text, strings.ReplaceAll(of, ",", ", "))
		}
	}
	return nil
}

func texts(value reflect.Value) []string {
	if all, several := value.Interface().([]string); several {
		return all
	}
	return []string{value.String()}
}

// webAddress is one that may be shown to customers: who could sign in with it is not.
func webAddress(text string) bool {
	u, ok := OnWeb(text)
	return ok && u.User == nil
}

// OnWeb reads the full address of something on the web: http or https, and a host.
func OnWeb(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	return u, err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// timeZone is one by name: "" and "Local" are whatever the machine is set to.
func timeZone(text string) bool {
	_, err := time.LoadLocation(text)
	return err == nil && text != "" && text != "Local"
}
