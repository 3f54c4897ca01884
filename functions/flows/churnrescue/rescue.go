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
	"redthread.dev/shared/flow"
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

func (r rescue) looked(m flow.Moment[events.PageViewed]) flow.Decision {
	var before state
	m.State(&before)
	switch s := stateOf(m); {
	case !s.Gone.IsZero():
		return flow.Nothing("asked to be erased")
	case m.Now.Sub(m.At) > r.Within:
		return flow.Nothing("too long ago")
	case slices.EqualFunc(s.Looks, before.Looks, time.Time.Equal):
		return flow.Nothing("counted already")
	case m.Profile.OrderedSince(s.last()):
		return flow.Nothing("has ordered since").Keep(s)
	default:
		return flow.Wait("rescue", s.last().Add(r.Wait)).About(s.last()).Keep(s)
	}
}

func (r rescue) ordered(m flow.Moment[events.OrderPlaced]) flow.Decision {
	if s := stateOf(m); len(s.Looks) == 0 || m.At.Before(s.last()) {
		return flow.Nothing("did not look at cancelling before")
	}
	return flow.Nothing("has ordered since").Drop("rescue")
}

// leaves remembers that the customer asked to be erased: it may take a day until they are,
// and there is nothing more to say to them.
func (r rescue) leaves(m flow.Moment[events.ErasureRequested]) flow.Decision {
	return flow.Nothing("asked to be erased").Drop().Keep(state{Gone: m.At})
}

func (r rescue) counted(flow.Moment[events.SegmentChanged]) flow.Decision {
	return flow.Nothing("has stayed")
}

// rescue decides when word of what else the customer did has had its time to come.
func (r rescue) rescue(m flow.Moment[thread.Timer]) flow.Decision {
	s := stateOf(m)
	last, looks := s.last(), s.recent(r.Within)
	value := valueOf(m.Profile, last, r.Spent)
	on, top := last.UTC().Format(time.DateOnly), value.points() >= r.Top
	d := flow.Nothing("too few looks, and not of the top")
	switch {
	case looks == 0, !s.Gone.IsZero():
		d = flow.Nothing("asked to be erased")
	case m.Profile.OrderedSince(last):
		d = flow.Nothing("has ordered since")
	case m.Thread.Turned(name, m.At, r.Again):
		d = flow.Nothing("turned to lately")
	case top && !noCalls(m.Profile):
		d = flow.ActTicket("call", r.ticket(m.Profile, last, looks, value)).For(on).Then(stayed, last.Add(r.Stay))
	case top, looks >= r.Looks:
		d = flow.ActMessage("letter", func() (words.Message, error) { return r.letter(m.Profile) }, "email").For(on).Then(stayed, last.Add(r.Stay))
	}
	d = d.Because("looks %d within %s", looks, r.Within).Because("value %d of 100, top from %d", value.points(), r.Top)
	for _, p := range value {
		d = d.Because("%s", p)
	}
	return d
}

// stays looks whether the customer has stayed; who looked again is given their time anew.
func (r rescue) stays(m flow.Moment[thread.Timer]) flow.Decision {
	s := stateOf(m)
	switch until := s.last().Add(r.Stay); {
	case !s.Gone.IsZero():
		return flow.Nothing("asked to be erased")
	case until.After(m.At):
		return flow.Wait(stayed, until).Because("looked again")
	case withdrew(m.Profile, m.Data.About):
		return flow.Nothing("withdrew consent")
	}
	return flow.Enter(stayed)
}
