package profile

import (
	"redthread.dev/events"
)

// Fold adds an event to a profile. Data is what events.Parse, or Rules.Parse, made
// of it; identifiers are taken as they are, so they should be normalised. Events
// that say nothing about a customer leave the profile as it was.
//
// The order in which events are folded does not matter, but each may be folded
// once only: the journal sees to that.
func Fold(p *Profile, e events.Event, data events.Data) {
	FoldAs(p, StampOf(e), events.Extension(e, events.ExtChannel), data)
}

// FoldAs is Fold for an event of which only its stamp, the channel it names, if any,
// and its data are at hand.
func FoldAs(p *Profile, s Stamp, channel string, data events.Data) {
	if from, ok := data.(events.FromSource); ok {
		p.Created = earliest(p.Created, s.At)
		p.Last = latestTime(p.Last, s.At)
		p.share(s, from.Shared())
	}
	switch d := data.(type) {
	case *events.CustomerSignedUp:
		p.signUp(s, d)
	case *events.CustomerUpdated:
		p.declare(s, d.Type(), d.Traits)
		for question, answer := range d.Answers {
			p.answer(s, question, answer)
		}
	case *events.ConsentChanged:
		p.consent(s, d)
	case *events.ErasureRequested:
		// It may take a day until all is erased, and nothing is said to them meanwhile.
		p.consent(s, &events.ConsentChanged{Common: d.Common, Channel: events.ConsentAll, Purpose: events.PurposeAll})
	case *events.SegmentChanged:
		p.Segments = put(p.Segments, clip(d.Segment), Segment{d.Entered, d.Score, s}, keepSegments, bySaid)
	case *events.ErasureCompleted:
		p.Erased = latestTime(p.Erased, s.At)
	case *events.AppOpened:
		p.AppOpened = latestTime(p.AppOpened, s.At)
	case *events.MessageOpened, *events.MessageClicked, *events.MessageBounced, *events.MessageComplained:
		p.message(s, channel, d)
	default:
		p.behave(s, d)
		p.buy(s, d)
	}
}

// share folds what all events may say.
func (p *Profile) share(s Stamp, c *events.Common) {
	used := make([]Identifier, 0, 8) // most have fewer
	for idType, value := range c.Customer {
		if idType != events.IDProfile {
			used = append(used, Identifier{idType, value, s.At})
		}
	}
	p.identify(used...)
	if c.Locale != "" && s.Compare(p.Locale.Stamp) > 0 {
		if p.Locale.Text() != c.Locale { // else what is kept of it says the same
			p.Locale.Value = clip(c.Locale)
		}
		p.Locale.Stamp = s
	}
}

func (p *Profile) signUp(s Stamp, d *events.CustomerSignedUp) {
	p.declare(s, d.Type(), d.Traits)
	if len(d.Interests) > 0 {
		p.declare(s, d.Type(), events.Traits{TraitInterests: d.Interests})
	}
}

func (p *Profile) declare(s Stamp, source string, traits events.Traits) {
	for name, value := range traits {
		if v, ok := keepable(value); ok {
			t := Trait{Said: Said{v, s}, Declared: true, Source: events.Short(source)}
			p.Traits = put(p.Traits, clip(name), t, keepTraits, Trait.compare)
		}
	}
}

func (p *Profile) answer(s Stamp, question string, value any) {
	if v, ok := keepable(value); ok {
		p.Answers = put(p.Answers, clip(question), Said{v, s}, keepAnswers, bySaid)
	}
}

func (p *Profile) message(s Stamp, channel string, d events.Data) {
	if channel == "" {
		return // neither the event nor its action says which; collect adds it where it is known
	}
	r := Reading{Last: s.At}
	switch d := d.(type) {
	case *events.MessageOpened:
		r.Opened = 1
	case *events.MessageClicked:
		r.Clicked = 1
	case *events.MessageBounced:
		if d.Kind == events.BounceHard {
			p.bounce(s, channel, d.Address)
		}
		return
	case *events.MessageComplained:
		p.suppress(Suppression{channel, Complained, s})
		return
	}
	p.Messages = readings(p.Messages, map[string]Reading{channel: r})
}

func bySaid[T stamped](a, b T) int { return a.stamp().Compare(b.stamp()) }
