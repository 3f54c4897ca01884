// Package visitprep prepares a visit to a store: of a customer who opened the store finder,
// or looked at a product more than once that a store has which they use or live near. A few
// hours later, unless they ordered or were in a store, it tells where that is, when it is
// open, and how many there are.
//
// Of what they looked at and no store near them has, it tells when it is back. That a count
// has changed names no customer, and nobody keeps a list of who waits for what: the customer's
// own timer looks at the shelves again, every day for two weeks. So the word comes up to a day
// late (EVERY), none comes of what is back after the last look (EVERY × LOOKS), and what comes
// and goes between two looks is not seen. It is marketing, like the rest: the customer looked
// at the product, and has not asked to be told.
package visitprep

import (
	"cmp"
	_ "embed"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/visitprep/letter"
	"redthread.dev/functions/flows/visitprep/research"
	"redthread.dev/functions/flows/visitprep/shelves"
	"redthread.dev/functions/flows/visitprep/watch"
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

const name = "visitprep"

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define(name, manifest, texts, func(s settings, t words.Texts) flow.Rules {
	p := prep{s, t}
	return flow.Rules{Need: p.need, Handlers: []flow.Handler{
		flow.On(func(v events.ProductViewed) string { return v.SKU }, p.viewed),
		flow.On(research.Found, p.opened),
		flow.On(func(events.OrderPlaced) string { return "" }, p.ordered),
		flow.On(func(events.StoreVisited) string { return "" }, p.visited),
		flow.OnTimer("prepare", p.prepare),
		flow.OnTimer("look", p.look),
	}}
})

type settings struct {
	Researched int           `envconfig:"RESEARCHED" default:"2" least:"1" most:"30"`   // looks at the same product
	Within     time.Duration `envconfig:"WITHIN" default:"72h" least:"1s" most:"8760h"` // the looks that count
	Wait       time.Duration `envconfig:"WAIT" default:"2h" least:"1s" most:"8760h"`    // for a visit or an order, from the last look
	KM         float64       `envconfig:"KM" default:"25" least:"0" most:"1000"`        // as the crow flies: a store so close to home is near
	Every      time.Duration `envconfig:"EVERY" default:"24h" least:"1m" most:"8760h"`  // between two looks at the shelves for what was sold out
	Looks      int           `envconfig:"LOOKS" default:"14" least:"0" most:"90"`       // at the shelves; 0: nobody is told what is back
	Again      time.Duration `envconfig:"AGAIN" default:"720h" least:"1s" most:"2160h"` // before the same is written about once more, or what was bought
	CollectURL string        `envconfig:"COLLECT_URL" default:"https://traadogtrae.example/klik-og-hent" want:"url"`
	ShopURL    string        `envconfig:"SHOP_URL" default:"https://traadogtrae.example" want:"url"`
}

type prep struct {
	settings
	texts words.Texts
}

func stateOf[T any](m flow.Moment[T]) (s watch.Watch) {
	m.State(&s)
	return s
}

// need asks for what a timer looks at: a product, and its stock in the stores near.
func (p prep) need(c *profile.Profile, data any) catalog.Need {
	timer, ok := data.(thread.Timer)
	if !ok {
		return catalog.Need{}
	}
	return showcase.NeedNear(c, p.KM, research.Product(c, timer, p.Within, p.Again))
}

func (p prep) viewed(m flow.Moment[events.ProductViewed]) flow.Decision {
	at, ok := research.Latest(m.Profile, m.Key, p.Researched, p.Within)
	if !ok {
		return flow.Nothing("not looked at often enough")
	}
	return wait(p, m, at).Because("%d looks within %s", p.Researched, p.Within)
}

func (p prep) opened(m flow.Moment[events.PageViewed]) flow.Decision {
	return wait(p, m, m.At)
}

// wait gives the customer, and word of what else they do, some time from their last look.
func wait[T any](p prep, m flow.Moment[T], at time.Time) flow.Decision {
	switch reason := research.Ended(m.Profile, at); {
	case m.Now.Sub(at) > p.Within:
		return flow.Nothing("too long ago")
	case !at.After(stateOf(m).At):
		return flow.Nothing("counted already")
	case letter.Written(m.Thread, name, m.Key, at.Add(-p.Again)):
		return flow.Nothing("written about lately")
	case reason != "":
		return flow.Nothing(reason)
	}
	return flow.Wait("prepare", at.Add(p.Wait)).About(at).Drop("look").Keep(watch.Watch{At: at})
}

func (p prep) ordered(flow.Moment[events.OrderPlaced]) flow.Decision {
	return flow.Nothing("an order was placed")
}

func (p prep) visited(flow.Moment[events.StoreVisited]) flow.Decision {
	return flow.Nothing("is in a store")
}

func (p prep) prepare(m flow.Moment[thread.Timer]) flow.Decision {
	s, near := stateOf(m), shelves.Near(m.Profile, m.Facts, p.KM, research.Product(m.Profile, m.Data, p.Within, p.Again))
	have := len(near.Having()) > 0
	switch reason := cmp.Or(research.Ended(m.Profile, s.At), p.needless(m, s)); {
	case reason != "":
		return flow.Nothing(reason)
	case letter.Written(m.Thread, name, "", s.At):
		return flow.Nothing("told already")
	case len(near.Stores) == 0:
		return flow.Nothing("no store near")
	case m.Key == research.Finder && have:
		return p.tell(m, s, "finder", near).Otherwise(p.tell(m, s, "finder", near.Bare()))
	case m.Key == research.Finder:
		return p.tell(m, s, "finder", near.Bare())
	case have:
		return p.tell(m, s, "visit", near)
	}
	return p.watch(m, s, near)
}

// look looks at the shelves for what was sold out. What else was bought or visited meanwhile
// does not matter: the customer still has not got it. When they may not be told today, as they
// have heard enough, the next look may find it there still.
func (p prep) look(m flow.Moment[thread.Timer]) flow.Decision {
	s := stateOf(m)
	s.Looks++
	near := shelves.Near(m.Profile, m.Facts, p.KM, m.Key)
	have := len(near.Having()) > 0
	switch reason := p.needless(m, s); {
	case reason != "":
		return flow.Nothing(reason)
	case near.SeenBy(m.Profile):
		return flow.Nothing("has been in the store that has it")
	case have && s.Looks < p.Looks:
		return p.tell(m, s, "back", near).Then("look", m.At.Add(p.Every))
	case have:
		return p.tell(m, s, "back", near)
	}
	return p.watch(m, s, near)
}

// watch waits for the next look, as what it is about: orders and visits before it do not end it.
func (p prep) watch(m flow.Moment[thread.Timer], s watch.Watch, near shelves.Shelves) flow.Decision {
	others, reached := m.Thread.Besides(name, m.Key, "look"), slices.ContainsFunc(letter.Channels, m.Reaches)
	if reason := s.Over(near, p.Looks, others, reached); reason != "" {
		return flow.Nothing(reason)
	}
	next := m.At.Add(p.Every)
	return flow.Wait("look", next).About(next).Keep(s).Because("stores near, all sold out: %d", len(near.Stores))
}

func (p prep) tell(m flow.Moment[thread.Timer], s watch.Watch, step string, near shelves.Shelves) flow.Decision {
	l := letter.Letter{
		Customer: m.Profile, Facts: m.Facts, Now: m.Now, Shelves: near,
		CollectURL: p.CollectURL, ShopURL: p.ShopURL, Voice: p.texts.In(m.Profile.Locale.Text()),
	}
	d := flow.ActMessage(step, func() (words.Message, error) { return l.Message(step) }, letter.Channels...).
		For(s.At.UTC().Format(time.DateOnly)).Keep(s)
	if near.SKU == "" {
		return d
	}
	return d.Inferred(near.SKU).Inferred(showcase.Categories(m.Profile, near.SKU)...).
		Because("stores near that have it: %d", len(near.Having()))
}

// needless tells why the product need not be written about; empty if it may be.
func (p prep) needless(m flow.Moment[thread.Timer], s watch.Watch) string {
	if letter.Written(m.Thread, name, m.Key, m.At.Add(-p.Again)) {
		return "written about lately"
	}
	return research.Needless(m.Profile, m.Facts, m.Key, s.At.Add(-p.Again))
}
