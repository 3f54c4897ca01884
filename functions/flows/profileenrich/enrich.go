// Package profileenrich asks a customer the one question whose answer is worth most to the
// other flows now: what they lack to do their work for this customer, by what that work is
// worth and how likely an answer is (see package worth). It asks seldom, never while the
// customer is about to pay, and takes no answer for an answer.
package profileenrich

import (
	_ "embed"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/profileenrich/asked"
	"redthread.dev/functions/flows/profileenrich/plan"
	"redthread.dev/functions/flows/profileenrich/worth"
	"redthread.dev/shared/flow"
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
var Flow = define(worth.Expected)

// define makes the flow with a rank of questions, given the least that one must be worth.
func define(rank func(least float64) worth.Rank) flow.Definition {
	return flow.Define(name, manifest, texts, func(s settings, t words.Texts) flow.Rules {
		e := enrich{s, t, worth.Scale{Plan: s.Worth.Plan(), Decay: s.Decay, Rank: rank(s.Least)}}
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
	Worth  plan.Worths   `envconfig:"WORTH" default:""`                              // of flows, where it is not as in plan/questions.yaml
	Points int           `envconfig:"POINTS" default:"0" least:"0"`                  // promised for an answer; 0: none
	AskURL string        `envconfig:"ASK_URL" default:"https://traadogtrae.example/om-mig" want:"url"`
}

type enrich struct {
	settings
	texts words.Texts
	scale worth.Scale
}

// stale is how old an event is that nobody is asked after any more.
const stale = 14 * 24 * time.Hour

// heard waits a while after an event of a type: for what belongs to it to be done.
func heard[T events.Data](e enrich) flow.Handler {
	return flow.On(func(T) string { return key }, func(m flow.Moment[T]) flow.Decision { return wait(e, m) })
}

func wait[T any](e enrich, m flow.Moment[T]) flow.Decision {
	s := memory(m)
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
	if e.scale.Plan.Answered(u) {
		return key
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
	s := memory(m)
	basket, open := m.Profile.OpenBasket()
	_, refused := m.Profile.Consented(events.ConsentAll, events.PurposeProfiling)
	switch {
	case refused:
		return flow.Nothing("does not want to be known better")
	case m.Thread.Turned(name, m.At, e.Every):
		return flow.Nothing("asked lately")
	case e.scale.Plan.ToldSince(m.Profile, s.At):
		return flow.Nothing("has just told us")
	case open && basket.At.Add(e.Basket).After(m.At):
		return flow.Wait("ask", basket.At.Add(e.Basket)).Because("checkout is not done")
	}
	best, next := e.scale.Best(m.Profile, m.At, e.may(m, s))
	if best.Rank == 0 {
		return flow.Nothing("no gap is worth a question")
	}
	s.Meant, s.MeantAt = best.Fills, m.At
	d := flow.ActMessage("ask", func() (words.Message, error) { return e.letter(m.Profile, best.Fills) }, plan.Channels...).
		For(s.Step()).Keep(s).Because("%s", best)
	if next.Rank > 0 {
		d = d.Because("before %s", next)
	}
	return d
}

// may are the questions that may be asked.
func (e enrich) may(m flow.Moment[thread.Timer], s asked.Memory) (all []worth.Prospect) {
	channel := plan.Channels[len(plan.Channels)-1] // if none is open, the policy says why
	for _, ch := range slices.Backward(plan.Channels) {
		if m.Reaches(ch) {
			channel = ch
		}
	}
	for _, q := range e.scale.Plan.Questions {
		times := s.Times(q, m.Thread.Contacts)
		_, answered := m.Profile.Answers[q.Fills]
		if !answered && times < e.Times && !slices.ContainsFunc(q.About, m.Sensitive) {
			all = append(all, worth.Prospect{Question: q, Channel: channel, Asked: times})
		}
	}
	return all
}

// memory is what is remembered, with what became of the question that was meant last.
func memory[T any](m flow.Moment[T]) (s asked.Memory) {
	m.State(&s)
	contact, found := m.Thread.Acted(name, key, "ask "+s.Step())
	s.Settle(found && !contact.Released, m.At)
	return s
}
