// Package plan is what the shop may ask a customer, and what for: questions.yaml, with what
// flows are worth where the shop has set that itself.
package plan

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

//go:embed questions.yaml
var questions []byte

// Plan is what questions.yaml says.
type Plan struct {
	Worth     map[string]float64 // of a flow's full work for one customer in a year, in the shop's money
	Needs     []Need
	Questions []Question
}

// Need is what a flow lacks as long as it knows none of Any.
type Need struct {
	Flow string
	Any  []string // traits
	Part float64  // of the flow's work that hangs on it, above 0 to 1
	When string   // the sign that a customer must show; see Of
}

// Question is one that may be asked.
type Question struct {
	Fills  string             // the trait, or the identifier, that the answer is
	Chance map[string]float64 // of an answer, by channel, above 0 to 1
	About  []string           // subjects that it touches
	Also   string             // another flow that asks the same
}

// Channels are those to ask in, the nearest first.
var Channels = []string{"push", "email"}

// Written reads questions.yaml. It is part of the program: what is wrong with it is an
// error of the program, which each test that makes the flow finds.
var Written = sync.OnceValue(func() (p Plan) {
	d := yaml.NewDecoder(bytes.NewReader(questions))
	d.KnownFields(true)
	if err := d.Decode(&p); err != nil {
		panic(fmt.Sprintf("profileenrich/plan/questions.yaml: %v", err))
	}
	return p
})

// Answered tells whether a customer says there what we ask for.
func (p Plan) Answered(u events.CustomerUpdated) bool {
	return slices.ContainsFunc(p.Questions, func(q Question) bool {
		_, trait := u.Traits[q.Fills]
		_, answer := u.Answers[q.Fills]
		return trait || answer
	})
}

// ToldSince tells whether the customer told us anything that we ask for after a time.
func (p Plan) ToldSince(c *profile.Profile, at time.Time) bool {
	return slices.ContainsFunc(p.Questions, func(q Question) bool {
		t := c.Traits[q.Fills]
		return t.Declared && t.At.After(at) || c.Answers[q.Fills].At.After(at)
	})
}

// Of tells whether the customer shows the sign without which the need is none.
func (n Need) Of(c *profile.Profile) bool { return signs[n.When](c) }

// signs are what a customer must show for a need to be one.
var signs = map[string]func(*profile.Profile) bool{
	"": func(*profile.Profile) bool { return true },
	"stores": func(c *profile.Profile) bool {
		return len(c.Stores()) > 0 || slices.ContainsFunc(c.Views, func(v profile.View) bool { return v.Kind == events.PageStoreFinder })
	},
	"collects": func(c *profile.Profile) bool {
		return slices.ContainsFunc(c.Placed, func(o profile.Placed) bool { return o.Delivery == events.DeliveryCollect })
	},
}
