// Package profileenrich asks a customer the one question whose answer is worth most to the
// other flows now: what they lack to do their work for this customer, by what that work is
// worth and how likely an answer is. It asks seldom, never while the customer is about to
// pay, and takes no answer for an answer.
package profileenrich

import (
	_ "embed"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

const (
	name = "profileenrich"
	key  = "question" // one for all: who is asked one thing is not asked another
)

// Flow is the flow, to serve, test and replay.
var Flow = define(expected)

// define makes the flow with a rank of questions: the highest is asked, and none that is 0.
func define(rank func(enrich, *profile.Profile, prospect) float64) flow.Definition {
	return flow.Define(name, manifest, texts, func(s settings, t words.Texts) flow.Rules {
		e := enrich{s, t, s.Worth.plan(), rank}
		return flow.Rules{Handlers: []flow.Handler{
			heard[events.CustomerSignedUp](e),
			heard[events.AppOpened](e),
			heard[events.OrderPlaced](e),
			flow.On(e.about, e.told),
			flow.OnTimer("ask", e.ask),
		}}
	})
}

type settings struct {
	Wait   time.Duration `envconfig:"WAIT" default:"2h" least:"1s" most:"8760h"`     // from a sign-up, an order, a look at the app
	Every  time.Duration `envconfig:"EVERY" default:"336h" least:"24h" most:"2160h"` // at least between two questions
	Basket time.Duration `envconfig:"BASKET" default:"96h" least:"1s" most:"8760h"`  // untouched, after which nobody is about to pay for it
	Times  int           `envconfig:"TIMES" default:"2" least:"1" most:"10"`         // that a question is asked
	Decay  float64       `envconfig:"DECAY" default:"0.5" least:"0" most:"1"`        // of the chance of an answer, each time there was none
	Least  float64       `envconfig:"LEAST" default:"0.3" least:"0"`                 // that a question must be worth, in the money of WORTH
	Worth  worths        `envconfig:"WORTH" default:""`                              // of flows, where it is not as in questions.yaml
	Points int           `envconfig:"POINTS" default:"0" least:"0"`                  // promised for an answer; 0: none
	AskURL string        `envconfig:"ASK_URL" default:"https://traadogtrae.example/om-mig" want:"url"`
}

type enrich struct {
	settings
	texts words.Texts
	plan  plan
	rank  func(enrich, *profile.Profile, prospect) float64
}

// stale is how old an event is that nobody is asked after any more.
const stale = 14 * 24 * time.Hour

// heard waits a while after an event of a type: for what belongs to it to be done.
func heard[T events.Data](e enrich) flow.Handler {
	return flow.On(func(T) string { return key }, func(m flow.Moment[T]) flow.Decision { return wait(e, m) })
}

func wait[T any](e enrich, m flow.Moment[T]) flow.Decision {
	s := stateOf(m)
	switch {
	case m.Now.Sub(m.At) > stale:
		return flow.Nothing("too long ago")
	case !m.At.After(s.At):
		return flow.Nothing("counted already")
	case m.Thread.Turned(name, m.At, e.Every):
		return flow.Nothing("asked lately")
	}
	s.At = m.At
	return flow.Wait("ask", m.At.Add(e.Wait)).Keep(s)
}

// about tells an answer from what else customers say about themselves.
func (e enrich) about(u events.CustomerUpdated) string {
	for _, q := range e.plan.Questions {
		_, trait := u.Traits[q.Fills]
		if _, answer := u.Answers[q.Fills]; trait || answer {
			return key
		}
	}
	return "something else"
}

func (e enrich) told(m flow.Moment[events.CustomerUpdated]) flow.Decision {
	if m.Key != key {
		return flow.Nothing("not what we ask")
	}
	return flow.Nothing("has told us")
}

// ask asks, unless it is not the moment. What else happened meanwhile has come by now.
func (e enrich) ask(m flow.Moment[thread.Timer]) flow.Decision {
	s := stateOf(m)
	basket, open := m.Profile.OpenBasket()
	_, refused := m.Profile.Consented(events.ConsentAll, events.PurposeProfiling)
	switch {
	case refused:
		return flow.Nothing("does not want to be known better")
	case m.Thread.Turned(name, m.At, e.Every):
		return flow.Nothing("asked lately")
	case e.toldSince(m.Profile, s.At):
		return flow.Nothing("has just told us")
	case open && basket.At.Add(e.Basket).After(m.At):
		return flow.Wait("ask", basket.At.Add(e.Basket)).Because("checkout is not done")
	}
	best, next := e.best(m, s)
	if best.rank == 0 {
		return flow.Nothing("no gap is worth a question")
	}
	s.Meant, s.MeantAt = best.Fills, m.At
	d := flow.ActMessage("ask", func() (words.Message, error) { return e.letter(m.Profile, best.Fills) }, channels...).
		For(s.step()).Keep(s).Because("%s", best)
	if next.rank > 0 {
		d = d.Because("before %s", next)
	}
	return d
}

// toldSince tells whether the customer told us anything that we ask for after a time.
func (e enrich) toldSince(c *profile.Profile, at time.Time) bool {
	for _, q := range e.plan.Questions {
		if t := c.Traits[q.Fills]; t.Declared && t.At.After(at) || c.Answers[q.Fills].At.After(at) {
			return true
		}
	}
	return false
}
