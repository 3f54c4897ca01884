// Package churnrescue turns to customers who look at how to cancel: one letter that asks what
// could be better, after the second look within a week. For the shop's best customers the
// first look is enough, and customer service calls instead.
//
// What became of it is known 30 days later: who did not look again, asked to be erased or
// withdrew their consent has stayed. Then the flow puts the customer into the segment
// "stayed", and that event is its goal.
package churnrescue

import (
	_ "embed"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/churnrescue/call"
	"redthread.dev/functions/flows/churnrescue/signs"
	"redthread.dev/functions/flows/churnrescue/value"
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
	name    = "churnrescue"
	leaving = "leaving" // the key: it is about the customer as a whole
	stayed  = "stayed"  // the segment, and the timer that looks who is in it
)

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define(name, manifest, texts, func(s settings, t words.Texts) flow.Rules {
	r := rescue{s, t}
	return flow.Rules{Handlers: []flow.Handler{
		flow.On(aboutLeaving, r.looked),
		flow.On(func(events.OrderPlaced) string { return leaving }, r.ordered),
		flow.On(func(events.ErasureRequested) string { return leaving }, r.leaves),
		flow.On(segment, r.counted),
		flow.OnTimer("rescue", r.rescue),
		flow.OnTimer(stayed, r.stays),
	}}
})

// Who is among the top depends on the shop. SPENT is what half of its customers have spent less
// than, returns taken off; in Postgres:
//
//	SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY (data #>> '{totals,spent,DKK}')::bigint
//		- coalesce((data #>> '{totals,refunded,DKK}')::bigint, 0))
//	FROM documents WHERE collection = 'profiles' AND data #> '{totals,spent,DKK}' IS NOT NULL
//
// With that SPENT about a fifth of the customers have TOP points, fewer in a shop's first year,
// when most have ordered once (the tests have the shares for two shops). What another TOP would
// have done, "replay churnrescue -try TOP=60" tells.
type settings struct {
	Looks   int           `envconfig:"LOOKS" default:"2" least:"2" most:"10"`         // at how to cancel, for a letter
	Within  time.Duration `envconfig:"WITHIN" default:"168h" least:"1s" most:"8760h"` // the looks that count
	Wait    time.Duration `envconfig:"WAIT" default:"1h" least:"1s" most:"8760h"`     // from the last look, for an order
	Again   time.Duration `envconfig:"AGAIN" default:"720h" least:"1s" most:"8760h"`  // before a customer is turned to once more
	Stay    time.Duration `envconfig:"STAY" default:"720h" least:"1s" most:"8760h"`   // from the last look, until the customer has stayed
	Top     int           `envconfig:"TOP" default:"65" least:"1" most:"101"`         // points from which up one look makes a call; 101: none
	Spent   int64         `envconfig:"SPENT" default:"45000" least:"1"`               // minor units that half of the customers have spent less than
	Due     time.Duration `envconfig:"DUE" default:"24h" least:"1s" most:"8760h"`     // of the call, from the last look
	HelpURL string        `envconfig:"HELP_URL" default:"https://traadogtrae.example/kontakt" want:"url"`
}

type rescue struct {
	settings
	texts words.Texts
}

// segment is the key of a segment: of ours that of the customer, who has stayed.
func segment(s events.SegmentChanged) string {
	if s.Segment == stayed {
		return leaving
	}
	return "segment " + s.Segment
}

// aboutLeaving is the one key, of the pages that tell how to cancel; others are skipped.
func aboutLeaving(v events.PageViewed) string {
	if v.Kind != events.PageCancellation {
		return flow.Skip
	}
	return leaving
}

// seen are the signs that are remembered, and those that the profile knows of.
func seen[T any](m flow.Moment[T]) (s signs.Signs) {
	m.State(&s)
	return s.With(m.Profile)
}

func (r rescue) looked(m flow.Moment[events.PageViewed]) flow.Decision {
	var before signs.Signs
	m.State(&before)
	switch s := seen(m); {
	case !s.Gone.IsZero():
		return flow.Nothing("asked to be erased")
	case m.Now.Sub(m.At) > r.Within:
		return flow.Nothing("too long ago")
	case slices.EqualFunc(s.Looks, before.Looks, time.Time.Equal):
		return flow.Nothing("counted already")
	case m.Profile.OrderedSince(s.Last()):
		return flow.Nothing("has ordered since").Keep(s)
	default:
		return flow.Wait("rescue", s.Last().Add(r.Wait)).About(s.Last()).Keep(s)
	}
}

func (r rescue) ordered(m flow.Moment[events.OrderPlaced]) flow.Decision {
	if s := seen(m); len(s.Looks) == 0 || m.At.Before(s.Last()) {
		return flow.Nothing("did not look at cancelling before")
	}
	return flow.Nothing("has ordered since").Drop("rescue")
}

// leaves remembers that the customer asked to be erased: it may take a day until they are,
// and there is nothing more to say to them.
func (r rescue) leaves(m flow.Moment[events.ErasureRequested]) flow.Decision {
	return flow.Nothing("asked to be erased").Drop().Keep(signs.Signs{Gone: m.At})
}

func (r rescue) counted(flow.Moment[events.SegmentChanged]) flow.Decision {
	return flow.Nothing("has stayed")
}

// rescue decides when word of what else the customer did has had its time to come.
func (r rescue) rescue(m flow.Moment[thread.Timer]) flow.Decision {
	s := seen(m)
	last, looks := s.Last(), s.Recent(r.Within)
	worth := value.Of(m.Profile, last, r.Spent)
	on, top := last.UTC().Format(time.DateOnly), worth.Points() >= r.Top
	d := flow.Nothing("too few looks, and not of the top")
	switch {
	case looks == 0, !s.Gone.IsZero():
		d = flow.Nothing("asked to be erased")
	case m.Profile.OrderedSince(last):
		d = flow.Nothing("has ordered since")
	case m.Thread.Turned(name, m.At, r.Again):
		d = flow.Nothing("turned to lately")
	case top && !noCalls(m.Profile):
		d = flow.ActTicket("call", call.Ticket(m.Profile, s, r.Within, worth, r.Due)).For(on).Then(stayed, last.Add(r.Stay))
	case top, looks >= r.Looks:
		d = flow.ActMessage("letter", func() (words.Message, error) { return r.letter(m.Profile) }, "email").For(on).Then(stayed, last.Add(r.Stay))
	}
	d = d.Because("looks %d within %s", looks, r.Within).Because("value %d of 100, top from %d", worth.Points(), r.Top)
	for _, p := range worth {
		d = d.Because("%s", p)
	}
	return d
}

// noCalls tells whether the customer does not want to be called.
func noCalls(c *profile.Profile) bool {
	_, refused := c.Consented(events.ConsentPhone, events.PurposeMarketing)
	return refused
}

func (r rescue) letter(c *profile.Profile) (words.Message, error) {
	s := r.texts.In(c.Locale.Text()).With(map[string]any{"Name": c.FirstName()})
	return s.Message("letter", words.ButtonTo(s.Say("button"), r.HelpURL)), s.Err()
}

// stays looks whether the customer has stayed; who looked again is given their time anew.
func (r rescue) stays(m flow.Moment[thread.Timer]) flow.Decision {
	s := seen(m)
	switch until := s.Last().Add(r.Stay); {
	case !s.Gone.IsZero():
		return flow.Nothing("asked to be erased")
	case until.After(m.At):
		return flow.Wait(stayed, until).Because("looked again")
	case signs.Withdrew(m.Profile, m.Data.About):
		return flow.Nothing("withdrew consent")
	}
	return flow.Enter(stayed)
}
