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
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

const (
	name   = "visitprep"
	finder = "store finder" // the key of looking for a store, and for no product
)

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define(name, manifest, texts, func(s settings, t words.Texts) flow.Rules {
	p := prep{s, t}
	return flow.Rules{Need: p.need, Handlers: []flow.Handler{
		flow.On(func(v events.ProductViewed) string { return v.SKU }, p.viewed),
		flow.On(found, p.opened),
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

// state is what is remembered about a product, or about looking for a store.
type state struct {
	At    time.Time `json:"at"`              // the latest look that counts
	Looks int       `json:"looks,omitempty"` // ours at the shelves since
}

func stateOf[T any](m flow.Moment[T]) (s state) {
	m.State(&s)
	return s
}

// found is what a store was looked for about; other pages are skipped.
func found(v events.PageViewed) string {
	if v.Kind != events.PageStoreFinder {
		return flow.Skip
	}
	return cmp.Or(v.SKU, finder)
}

func (p prep) viewed(m flow.Moment[events.ProductViewed]) flow.Decision {
	at, ok := p.researched(m.Profile, m.Key)
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
	switch reason := ended(m.Profile, at); {
	case m.Now.Sub(at) > p.Within:
		return flow.Nothing("too long ago")
	case !at.After(stateOf(m).At):
		return flow.Nothing("counted already")
	case wrote(m.Thread, m.Key, at.Add(-p.Again)):
		return flow.Nothing("written about lately")
	case reason != "":
		return flow.Nothing(reason)
	}
	return flow.Wait("prepare", at.Add(p.Wait)).About(at).Drop("look").Keep(state{At: at})
}

func (p prep) ordered(flow.Moment[events.OrderPlaced]) flow.Decision {
	return flow.Nothing("an order was placed")
}

func (p prep) visited(flow.Moment[events.StoreVisited]) flow.Decision {
	return flow.Nothing("is in a store")
}

func (p prep) prepare(m flow.Moment[thread.Timer]) flow.Decision {
	s, sku := stateOf(m), p.product(m.Profile, m.Data)
	near := showcase.Near(m.Profile, m.Facts, p.KM)
	have := having(near, m.Facts, sku)
	switch reason := cmp.Or(ended(m.Profile, s.At), p.needless(m, s)); {
	case reason != "":
		return flow.Nothing(reason)
	case wrote(m.Thread, "", s.At):
		return flow.Nothing("told already")
	case len(near) == 0:
		return flow.Nothing("no store near")
	case m.Key == finder && len(have) > 0:
		return p.tell(m, s, "finder", sku, near).Otherwise(p.tell(m, s, "finder", "", near))
	case m.Key == finder:
		return p.tell(m, s, "finder", "", near)
	case len(have) > 0:
		return p.tell(m, s, "visit", sku, near)
	}
	return p.watch(m, s, near)
}

// look looks at the shelves for what was sold out. What else was bought or visited meanwhile
// does not matter: the customer still has not got it. When they may not be told today, as they
// have heard enough, the next look may find it there still.
func (p prep) look(m flow.Moment[thread.Timer]) flow.Decision {
	s := stateOf(m)
	s.Looks++
	near := showcase.Near(m.Profile, m.Facts, p.KM)
	have := having(near, m.Facts, m.Key)
	switch reason := p.needless(m, s); {
	case reason != "":
		return flow.Nothing(reason)
	case slices.ContainsFunc(have, func(x catalog.Nearby) bool { return beenSince(m.Profile, m.Facts, x.Store.StoreID, m.Key) }):
		return flow.Nothing("has been in the store that has it")
	case len(have) > 0 && s.Looks < p.Looks:
		return p.tell(m, s, "back", m.Key, near).Then("look", m.At.Add(p.Every))
	case len(have) > 0:
		return p.tell(m, s, "back", m.Key, near)
	}
	return p.watch(m, s, near)
}

// watch waits for the next look, as what it is about: orders and visits before it do not end it.
func (p prep) watch(m flow.Moment[thread.Timer], s state, near []catalog.Nearby) flow.Decision {
	switch next := m.At.Add(p.Every); {
	case !slices.ContainsFunc(near, func(x catalog.Nearby) bool { return counted(x, m.Facts, m.Key) }):
		return flow.Nothing("in no store near")
	case s.Looks >= p.Looks:
		return flow.Nothing("has not come back")
	case !slices.ContainsFunc(channels, func(ch string) bool { return m.Profile.Barred(events.ActionMessage, ch, events.PurposeMarketing) == "" }):
		return flow.Nothing("could not be told")
	case m.Thread.Besides(name, m.Key, "look") >= most:
		return flow.Nothing("waits for enough")
	default:
		return flow.Wait("look", next).About(next).Keep(s).Because("stores near, all sold out: %d", len(near))
	}
}

// most is how many products we look for at a time for one customer.
const most = 5

var channels = []string{"push", "email"}

func (p prep) tell(m flow.Moment[thread.Timer], s state, step, sku string, near []catalog.Nearby) flow.Decision {
	d := flow.ActMessage(step, func() (words.Message, error) { return p.letter(m, step, sku, near) }, channels...).
		For(s.At.UTC().Format(time.DateOnly)).Keep(s)
	if sku == "" {
		return d
	}
	return d.Inferred(sku).Inferred(showcase.Categories(m.Profile, sku)...).
		Because("stores near that have it: %d", len(having(near, m.Facts, sku)))
}
