// Package browsenudge writes to a customer who keeps coming back to a product, or has
// worked something out with a calculator, and then did not order: once, a few hours later,
// with the product and where it can be had.
package browsenudge

import (
	_ "embed"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/browsenudge/letter"
	"redthread.dev/functions/flows/browsenudge/topic"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define("browsenudge", manifest, texts, func(s settings, t words.Texts) flow.Rules {
	n := nudge{s, t}
	return flow.Rules{Need: n.need, Handlers: []flow.Handler{
		flow.On(online, n.looked),
		flow.On(about, n.reckoned),
		flow.On(func(events.OrderPlaced) string { return "" }, n.ordered),
		flow.OnTimer("nudge", n.nudge),
	}}
})

type settings struct {
	Looks   int           `envconfig:"LOOKS" default:"3" least:"2" most:"30"`        // at the same product
	Within  time.Duration `envconfig:"WITHIN" default:"72h" least:"1s" most:"8760h"` // the looks that count
	Wait    time.Duration `envconfig:"WAIT" default:"4h" least:"1s" most:"8760h"`    // for an order, from the last look
	Again   time.Duration `envconfig:"AGAIN" default:"720h" least:"1s" most:"8760h"` // before the same is written about once more, or what was bought
	ShopURL string        `envconfig:"SHOP_URL" default:"https://traadogtrae.example" want:"url"`
}

type nudge struct {
	settings
	texts words.Texts
}

// state is what is remembered about a product, or a calculator.
type state struct {
	At   time.Time `json:"at"`            // the latest look that counts
	Sent time.Time `json:"sent,omitzero"` // when we wanted to write about it
}

func stateOf[T any](m flow.Moment[T]) (s state) {
	m.State(&s)
	return s
}

// online is the product that was looked at, anywhere but in a store.
func online(v events.ProductViewed) string {
	if v.Place == events.PlaceStore {
		return flow.Skip
	}
	return v.SKU
}

// about is the product of a calculator, or else the calculator; other pages are skipped.
func about(p events.PageViewed) string {
	switch {
	case p.Kind != events.PageCalculator:
		return flow.Skip
	case p.SKU != "":
		return p.SKU
	}
	return string(topic.Calculator(p.Category))
}

func (n nudge) need(c *profile.Profile, data any) catalog.Need {
	if timer, ok := data.(thread.Timer); ok {
		if sku := topic.Topic(timer.Key).Product(c); sku != "" {
			return showcase.Need(c, sku)
		}
	}
	return catalog.Need{}
}

// looked finds the latest look that came after enough others, whichever of them came last.
func (n nudge) looked(m flow.Moment[events.ProductViewed]) flow.Decision {
	looks := m.Profile.Looks(m.Key)
	for i, latest := range looks {
		if j := i + n.Looks - 1; j < len(looks) && !looks[j].Before(latest.Add(-n.Within)) {
			return n.wait(m.Profile, stateOf(m), latest, m.Now).Because("%d looks within %s", n.Looks, n.Within)
		}
	}
	return flow.Nothing("not looked at often enough")
}

func (n nudge) reckoned(m flow.Moment[events.PageViewed]) flow.Decision {
	return n.wait(m.Profile, stateOf(m), m.At, m.Now)
}

func (n nudge) wait(c *profile.Profile, s state, at, now time.Time) flow.Decision {
	switch {
	case now.Sub(at) > n.Within:
		return flow.Nothing("too long ago")
	case !at.After(s.At):
		return flow.Nothing("counted already")
	case s.lately(at, n.Again):
		return flow.Nothing("written about lately")
	case c.OrderedSince(at):
		return flow.Nothing("bought")
	}
	return flow.Wait("nudge", at.Add(n.Wait)).About(at).Keep(state{At: at, Sent: s.Sent})
}

func (n nudge) ordered(flow.Moment[events.OrderPlaced]) flow.Decision {
	return flow.Nothing("an order was placed")
}

func (n nudge) nudge(m flow.Moment[thread.Timer]) flow.Decision {
	s := stateOf(m)
	what := topic.Topic(m.Key)
	sku := what.Product(m.Profile)
	p, _ := m.Facts.Product(sku)
	switch reason := n.settled(m.Profile, sku, s.At); {
	case reason != "":
		return flow.Nothing(reason)
	case p.Discontinued:
		return flow.Nothing("no longer sold")
	case s.lately(s.At, n.Again):
		return flow.Nothing("written about lately")
	}
	s.Sent = m.At
	write := func() (words.Message, error) {
		return letter.Write(n.texts, m.Profile, m.Facts, what, n.ShopURL, m.Now)
	}
	return flow.ActMessage("nudge", write, "email", "push").
		For(s.At.UTC().Format(time.DateOnly)).Keep(s).
		Inferred(what.Subjects(m.Profile)...).
		Because("no order within %s of the last look", n.Wait)
}

// settled tells why there is nothing to write about; empty when there is. It is asked when
// word of all that happened has had its time to come.
func (n nudge) settled(c *profile.Profile, sku string, at time.Time) string {
	switch {
	case c.OrderedSince(at):
		return "bought"
	case c.Bought(sku, at.Add(-n.Again)):
		return "has it already"
	case c.InBasket(sku):
		return "lies in the basket" // which is another flow's
	}
	return ""
}

// lately tells whether we wanted to write about it within a time.
func (s state) lately(at time.Time, within time.Duration) bool {
	return !s.Sent.IsZero() && at.Sub(s.Sent) < within
}
