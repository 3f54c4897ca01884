// Package schema checks JSON against the JSON Schemas of this vocabulary in one
// walk over the bytes, without building anything from them. It knows the keywords
// those schemas use and refuses to compile any other, so that nothing a schema says
// goes unheeded; and it is stricter where a schema cannot say enough: see the Rule
// constants.
package schema

import (
	"regexp"
	"time"
)

// MaxDepth is how many objects and lists may stand inside each other.
const MaxDepth = 32

// Rules that go beyond what a JSON Schema can say. Other rules bear the name of the
// keyword that was broken.
const (
	RuleSyntax    = "syntax"    // not JSON
	RuleEncoding  = "encoding"  // not UTF-8, or a NUL character, which some stores cannot hold
	RuleDepth     = "depth"     // more than MaxDepth levels
	RuleDuplicate = "duplicate" // one name twice in an object
	RuleSpelling  = "spelling"  // a known name in other letter case, which Go would read all the same
	RuleWhen      = "when"      // before 2000, after tomorrow, or planned for more than ten years ahead
)

// kind is a set of JSON types.
type kind uint8

const (
	kindObject kind = 1 << iota
	kindArray
	kindString
	kindNumber
	kindInteger
	kindBoolean
	kindNull
)

var kinds = map[string]kind{
	"object": kindObject, "array": kindArray, "string": kindString, "number": kindNumber | kindInteger,
	"integer": kindInteger, "boolean": kindBoolean, "null": kindNull,
}

// Schema is a compiled JSON Schema. It may be used by many goroutines at once.
type Schema struct{ root *node }

// node holds the keywords of one subschema; nil allows anything.
type node struct {
	kinds   kind
	typeIs  string // the keyword's value, for messages
	noun    string // what an enum's values are called, for messages
	planned bool

	properties         map[string]property
	names              []string // of properties, by index
	required           set
	anyOf              []set
	extra              *node // additionalProperties
	nameRule           *matcher
	minProps, maxProps int

	items              *node
	minItems, maxItems int

	minimum, maximum     *float64
	minLength, maxLength int
	pattern              *matcher
	enum                 map[string]struct{}
	enumText             string
	format               string
}

type property struct {
	index int
	node  *node
}

// set is a set of a node's properties, by index.
type set uint64

// matcher is a pattern: by hand where it is on every line of a basket, else by regexp.
type matcher struct {
	text  string
	match func([]byte) bool
}

func newMatcher(pattern string) (*matcher, error) {
	if pattern == "^https?://" {
		return &matcher{pattern, isWebAddress}, nil
	}
	expression, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	return &matcher{pattern, expression.Match}, nil
}

// The bounds of times: a shop has no events before 2000; clocks may be a day ahead;
// plans reach ten years.
var earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

const (
	ahead        = 24 * time.Hour
	plannedYears = 10
)
