package broker

import (
	"fmt"
	"slices"
	"sync/atomic"

	"redthread.dev/events"
	"redthread.dev/infra/local/filter"
	"redthread.dev/shared/function"
)

// subscriber is a function with its triggers.
type subscriber struct {
	name   string
	group  string
	handle function.Handler
	slow   atomic.Int32 // deliveries that lost their turn and are still running
}

// routes knows which functions want an event. A function gets an event once,
// however many of its triggers want it.
type routes struct {
	named  map[string]*subscriber
	byType map[string][]route // the routes an event of the type can take
	other  []route            // … of any type that is not in byType
}

// route is one trigger.
type route struct {
	kind string // the event type it is bound to; empty: any
	to   *subscriber
	filter.Filter
}

func newRoutes(functions []*function.Function) (*routes, error) {
	r := &routes{named: map[string]*subscriber{}, byType: map[string][]route{}}
	var all []route
	for _, f := range functions {
		s := &subscriber{name: f.Manifest.Name, group: f.Manifest.Group, handle: f.Watched()}
		if r.named[s.name] != nil {
			return nil, fmt.Errorf("function %q is there twice", s.name)
		}
		r.named[s.name] = s
		for i, t := range f.Manifest.Triggers {
			parsed, err := filter.Parse(f.Manifest.Expression(i))
			if err != nil {
				return nil, fmt.Errorf("%s/function.yaml: triggers[%d]: %w", s.name, i, err)
			}
			all = append(all, route{kind: t.Type, to: s, Filter: parsed})
		}
	}
	for _, a := range all {
		if a.kind == "" {
			r.other = append(r.other, a)
		} else if r.byType[a.kind] == nil {
			r.byType[a.kind] = slices.DeleteFunc(slices.Clone(all), func(b route) bool {
				return b.kind != "" && b.kind != a.kind
			})
		}
	}
	return r, nil
}

// wanted returns who wants the event, in the functions' order. The index by type
// only leaves out triggers whose expression begins with another type and AND; all
// others are evaluated as they are written.
func (r *routes) wanted(e events.Event) []*subscriber {
	routes, ok := r.byType[e.Type()]
	if !ok {
		routes = r.other
	}
	var to []*subscriber
	for _, route := range routes {
		if !slices.Contains(to, route.to) && route.Holds(e) {
			to = append(to, route.to)
		}
	}
	return to
}
