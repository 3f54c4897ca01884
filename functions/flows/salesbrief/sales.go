// Package salesbrief tells a salesperson of a customer who seems about to buy: a company,
// or a private person who looks at what costs much. The score that says so is made of
// named parts, all of them in the decision's trail and in the brief. See package score.
//
// To be looked through like this and then called is marketing: who has refused it becomes
// no lead, and a private person only after a yes (see profile.Ways). Products and
// categories that the shop calls sensitive neither count nor are told of.
package salesbrief

import (
	_ "embed"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/salesbrief/page"
	"redthread.dev/functions/flows/salesbrief/score"
	"redthread.dev/functions/flows/salesbrief/signals"
	"redthread.dev/shared/action"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

const (
	name = "salesbrief"
	key  = "customer" // one thread of work for each
)

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define(name, manifest, nil, func(s settings, _ words.Texts) flow.Rules {
	return flow.Rules{Need: s.need, Handlers: []flow.Handler{
		on[events.PageViewed](s), on[events.ProductViewed](s), on[events.ServiceContacted](s), on[events.SurveyAnswered](s),
		flow.On(func(events.OrderPlaced) string { return "" }, ordered),
		flow.OnTimer("lead", s.lead),
	}}
})

type settings struct {
	Score      int           `envconfig:"SCORE" default:"70" least:"1" most:"100"`       // that makes a lead
	HighTicket int64         `envconfig:"HIGH_TICKET" default:"1000000" least:"1"`       // minor units: what costs as much is sold by people
	Pages      []string      `envconfig:"PAGES" default:"pris,tilbud,kontakt"`           // categories of the pages that tell prices and whom to talk to
	Within     time.Duration `envconfig:"WITHIN" default:"720h" least:"1s" most:"8760h"` // what counts
	Settle     time.Duration `envconfig:"SETTLE" default:"15m" least:"0s" most:"24h"`    // from the last thing they did, so that all of a visit is told
	Every      time.Duration `envconfig:"EVERY" default:"2160h" least:"1s" most:"2160h"` // before the same customer is a lead again
	Fresh      time.Duration `envconfig:"FRESH" default:"72h" least:"1s" most:"720h"`    // after that nobody is called any more
	Due        time.Duration `envconfig:"DUE" default:"24h" least:"1s" most:"720h"`      // for the first call
}

// rules are what counts.
func (s settings) rules() signals.Rules {
	return signals.Rules{HighTicket: s.HighTicket, Pages: s.Pages, Within: s.Within}
}

func on[T events.Data](s settings) flow.Handler {
	return flow.On(func(T) string { return key }, func(m flow.Moment[T]) flow.Decision { return weigh(s, m) })
}

// weigh waits for the end of a visit whose score is high enough.
func weigh[T any](s settings, m flow.Moment[T]) flow.Decision {
	if !s.rules().Candidate(m.Profile) {
		return flow.Nothing("neither a company nor after what costs much")
	}
	last := s.rules().Last(m.Profile)
	due := last.Add(s.Settle)
	v := score.Of(m.Profile, s.rules().Seen(m.Profile, due, m.Sensitive), due)
	switch {
	case last.IsZero():
		return flow.Nothing("nothing that counts")
	case m.Now.Sub(last) > s.Fresh:
		return flow.Nothing("too long ago")
	case m.Thread.Turned(name, due, s.Every):
		return flow.Nothing("handed on lately")
	case v.Total < s.Score:
		return s.because(flow.Nothing("the score is too low"), v)
	}
	return s.because(flow.Wait("lead", due).About(last), v)
}

func ordered(flow.Moment[events.OrderPlaced]) flow.Decision {
	return flow.Nothing("an order was placed")
}

// lead looks again, as all of the visit is known by now.
func (s settings) lead(m flow.Moment[thread.Timer]) flow.Decision {
	seen := s.rules().Seen(m.Profile, m.At, m.Sensitive)
	v := score.Of(m.Profile, seen, m.At)
	switch {
	case m.Now.Sub(m.At) > s.Fresh:
		return flow.Nothing("too long ago")
	case m.Thread.Turned(name, m.At, s.Every):
		return flow.Nothing("handed on lately")
	case v.Total < s.Score:
		return s.because(flow.Nothing("the score is too low"), v)
	}
	drawn := page.DrawnTo(seen.Looks)
	p := page.Page{Customer: m.Profile, At: m.At, Seen: seen, Drawn: drawn, Score: v, Needed: s.Score, Sensitive: m.Sensitive}
	return s.because(flow.ActLead("lead", action.Lead{
		Subject: p.Subject(), Brief: p.String(), Score: v.Total, Parts: v.Parts, Interests: drawn.Names(), Due: m.At.Add(s.Due),
	}).For(m.At.UTC().Format(time.DateOnly)), v).Inferred(drawn.Subjects()...)
}

// because puts the score and all its parts into the trail.
func (s settings) because(d flow.Decision, v score.Score) flow.Decision {
	d = d.Because("%d of 100, %d make a lead", v.Total, s.Score)
	for _, line := range v.Lines() {
		d = d.Because("%s", line)
	}
	return d
}

// need asks for what may be nobody's business.
func (s settings) need(c *profile.Profile, data any) (n catalog.Need) {
	if s.rules().Candidate(c) {
		for _, v := range c.Views {
			n.SKUs = append(n.SKUs, v.SKU)
		}
	}
	return n
}
