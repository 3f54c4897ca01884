// Package filter decides which events a trigger wants, as a Knative Broker does:
// by expressions in the CloudEvents SQL expression language (CESQL) 1.0.
package filter

import (
	"fmt"

	cesql "github.com/cloudevents/sdk-go/sql/v2"
	"github.com/cloudevents/sdk-go/sql/v2/parser"

	"redthread.dev/events"
)

// Filter is a parsed expression. It is safe for concurrent use.
type Filter struct{ parsed cesql.Expression }

// Parse reads an expression; the error shows it and what is wrong with it.
func Parse(expression string) (f Filter, err error) {
	defer func() {
		// The parser gives up on some broken expressions by panicking.
		if p := recover(); p != nil {
			err = fmt.Errorf("filter %q: not CESQL: %v", expression, p)
		}
	}()
	parsed, err := parser.Parse(expression)
	if err != nil {
		return Filter{}, fmt.Errorf("filter %q: not CESQL: %w", expression, err)
	}
	return Filter{parsed}, nil
}

// Evaluate returns the expression's value for an event: a bool, an int32 or a
// string. With an error it still returns the value CESQL prescribes for it.
func (f Filter) Evaluate(e events.Event) (any, error) { return f.parsed.Evaluate(e) }

// Holds tells whether the event passes. An expression that fails, or whose value
// is no boolean, lets nothing through; Knative does the same.
func (f Filter) Holds(e events.Event) bool {
	value, err := f.Evaluate(e)
	holds, ok := value.(bool)
	return err == nil && ok && holds
}
