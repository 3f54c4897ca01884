// Package experiencefollowup asks customers how it went: after they fetched an order, or
// customer service was done, and not more than once in two months. Who was let down becomes
// a ticket for customer service, who is glad is thanked and asked to tell others.
package experiencefollowup

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/experiencefollowup/mood"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

const name = "experiencefollowup"

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define(name, manifest, texts, func(s settings, t words.Texts) flow.Rules {
	f := followup{s, t}
	return flow.Rules{Handlers: []flow.Handler{
		flow.On(func(o events.OrderCollected) string { return o.OrderID }, f.collected),
		flow.On(func(r events.ServiceResolved) string { return cmp.Or(r.TicketID, r.ContactID) }, f.resolved),
		flow.On(answer, f.answered),
		flow.OnTimer(pickup, f.ask),
		flow.OnTimer(service, f.ask),
	}}
})

// What customers are asked about, which names the timers, the texts and the surveys.
const (
	pickup  = "pickup"
	service = "service"
)

type settings struct {
	AfterPickup  time.Duration `envconfig:"AFTER_PICKUP" default:"48h" least:"1s" most:"8760h"`  // to the question, from the order's being fetched
	AfterService time.Duration `envconfig:"AFTER_SERVICE" default:"24h" least:"1s" most:"8760h"` // from its being resolved
	Every        time.Duration `envconfig:"EVERY" default:"1440h" least:"1s" most:"8760h"`       // at least between two questions, or an answer and a question
	Due          time.Duration `envconfig:"DUE" default:"1h" least:"1s" most:"8760h"`            // of a ticket, from the answer
	SurveyURL    string        `envconfig:"SURVEY_URL" default:"https://traadogtrae.example/sig-frem" want:"url"`
	ReviewURL    string        `envconfig:"REVIEW_URL" default:"https://traadogtrae.example/anmeld" want:"url"`
}

type followup struct {
	settings
	texts words.Texts
}

// stale is how old something is that nobody is asked about any more, or answered.
const stale = 14 * 24 * time.Hour

// answer is the key of an answer, and its ticket's thread: what was asked, and about what.
func answer(a events.SurveyAnswered) string {
	return strings.TrimSpace(a.SurveyID + " " + cmp.Or(a.About.OrderID, a.About.ContactID, a.About.StoreID))
}

func (f followup) collected(m flow.Moment[events.OrderCollected]) flow.Decision {
	if m.Now.Sub(m.At) > stale {
		return flow.Nothing("too long ago")
	}
	return flow.Wait(pickup, m.At.Add(f.AfterPickup))
}

func (f followup) resolved(m flow.Moment[events.ServiceResolved]) flow.Decision {
	switch {
	case m.Data.CSAT > 0:
		return flow.Nothing("has told us already")
	case m.Now.Sub(m.At) > stale:
		return flow.Nothing("too long ago")
	}
	return flow.Wait(service, m.At.Add(f.AfterService))
}

// ask asks, unless it is not the moment. What else happened meanwhile has come by now.
func (f followup) ask(m flow.Moment[thread.Timer]) flow.Decision {
	switch {
	case m.Profile.OpenComplaint() || m.Thread.ToMend(m.Now):
		return flow.Nothing("has a complaint")
	case slices.ContainsFunc(m.Profile.Surveys, func(s profile.Survey) bool { return f.since(s.At, m.At) }):
		return flow.Nothing("has answered lately")
	case m.Thread.Turned(name, m.At, f.Every):
		return flow.Nothing("was asked lately")
	}
	return flow.ActMessage("ask", func() (words.Message, error) { return f.question(m) }, "email", "push").
		Because("nothing asked or answered within %s", f.Every)
}

// since tells whether two moments are so close that nobody is asked at both. The later one
// may be looked at first.
func (f followup) since(at, now time.Time) bool { return now.Sub(at).Abs() < f.Every }

func (f followup) answered(m flow.Moment[events.SurveyAnswered]) flow.Decision {
	how := mood.Of(m.Data)
	d := flow.Nothing("neither glad nor let down")
	switch {
	case how == mood.Unclear:
		return flow.Nothing("a measure of something else")
	case m.Now.Sub(m.At) > stale:
		return flow.Nothing("too long ago")
	case how == mood.LetDown:
		d = flow.ActTicket("detractor", f.ticket(m)).For(m.At.UTC().Format(time.RFC3339)) // each word goes on the ticket
	case how == mood.Glad:
		d = flow.ActMessage("promoter", func() (words.Message, error) { return f.thanks(m) }, "email", "push")
	}
	return d.Because("%s %v", m.Data.Kind, m.Data.Score)
}
