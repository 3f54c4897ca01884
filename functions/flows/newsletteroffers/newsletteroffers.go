// Package newsletteroffers fills a planned newsletter for each customer with offers of
// their own: what they looked at, what goes with that or with what they bought, and what
// they have used up. Who would get nothing of use gets no newsletter.
//
// The plan is about nobody; the function campaigns addresses it to each customer when it
// is to be sent. One that names its customer, so that the shop can see it beforehand, waits
// here until then.
package newsletteroffers

import (
	_ "embed"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/newsletteroffers/offer"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define("newsletteroffers", manifest, texts, func(s settings, t words.Texts) flow.Rules {
	n := newsletter{s, t}
	return flow.Rules{Need: n.need, Handlers: []flow.Handler{
		flow.On(func(p events.NewsletterPlanned) string { return p.NewsletterID }, n.planned),
		flow.On(func(events.OrderPlaced) string { return "" }, n.ordered),
	}}
})

type settings struct {
	Stale   time.Duration `envconfig:"STALE" default:"72h" least:"1h" most:"720h"`    // after it was to be sent nobody wants it any more
	Again   time.Duration `envconfig:"AGAIN" default:"2160h" least:"1h" most:"8760h"` // before what was bought is offered once more, unless it is used up; so long it says what goes with it
	Least   float64       `envconfig:"LEAST" default:"0.3" least:"0" most:"100"`      // relevance of an offer; 1 is one look just now
	ShopURL string        `envconfig:"SHOP_URL" default:"https://traadogtrae.example" want:"url"`
}

type newsletter struct {
	settings
	texts words.Texts
}

func (n newsletter) need(c *profile.Profile, data any) catalog.Need {
	plan, ok := data.(events.NewsletterPlanned)
	if !ok {
		return catalog.Need{}
	}
	return n.reader(c, plan).Need()
}

func (n newsletter) reader(c *profile.Profile, plan events.NewsletterPlanned) offer.Reader {
	return offer.Reader{Customer: c, At: plan.SendAt, Again: n.Again, Least: n.Least}
}

// shown is how many offers the trail tells of.
const shown = 6

func (n newsletter) planned(m flow.Moment[events.NewsletterPlanned]) flow.Decision {
	plan := m.Data
	switch {
	case plan.Segment != "" && !m.Profile.In(plan.Segment):
		return flow.Nothing("not in the segment")
	case m.Now.Before(plan.SendAt):
		return flow.Later(plan.SendAt).About(plan.SendAt)
	case m.Now.Sub(plan.SendAt) > n.Stale:
		return flow.Nothing("too late to be of use")
	case m.Profile.OrderedSince(plan.SendAt):
		return flow.Nothing("an order was placed") // the offers were made without it
	}
	offers := n.reader(m.Profile, plan).Offers(m.Facts, plan.Slots, m.Sensitive)
	if len(offers) == 0 {
		return flow.Nothing("nothing of use to them")
	}
	d := flow.ActMessage("offers", func() (words.Message, error) { return n.letter(m, offers) }, "email").About(plan.SendAt)
	for _, o := range offers[:min(shown, len(offers))] {
		d = d.Because("%s: %s, %.1f", o.SKU, o.Why(), o.Relevance)
	}
	return d
}

func (n newsletter) ordered(flow.Moment[events.OrderPlaced]) flow.Decision {
	return flow.Nothing("an order was placed")
}

func (n newsletter) letter(m flow.Moment[events.NewsletterPlanned], offers []offer.Offer) (words.Message, error) {
	voice := n.texts.In(m.Profile.Locale.Text())
	items := make([]words.Item, 0, len(offers))
	s := voice.With(map[string]any{"Name": m.Profile.FirstName(), "Subject": m.Data.Subject})
	for _, o := range offers {
		item := showcase.Item(m.Profile, m.Facts, o.SKU, voice.Locale())
		with := showcase.Item(m.Profile, m.Facts, o.With, voice.Locale())
		about := voice.With(map[string]any{"Product": with.Title})
		switch {
		case o.UsedUp:
			item.Detail = about.Say("again")
		case o.With != "":
			item.Detail = about.Say("with")
		}
		if about.Err() != nil {
			return words.Message{}, about.Err()
		}
		items = append(items, item)
	}
	return s.Message("offers", words.Items(items...), words.ButtonTo(s.Say("button"), n.ShopURL)), s.Err()
}
