// Package scanandgo answers a shopper who scans goods in a store with what goes best with
// their basket, if the store has it: at once, or not at all.
//
// What goes with what is the shop's word (product.changed's complements) until the function
// affinity is told to learn it, by its EVERY. The shopper is answered by push, so that CHANNELS
// must have it.
//
// What it says is marketing, and counts as such: it needs consent to push, and uses up the
// shop's attention budget. With the default of one marketing message a day a visit hears
// one, and none on a day that had a mail; a shop that wants MAX of them sets this flow's
// ATTENTION_DAY so. Quiet hours hold too: what is put off to the morning is then too late.
package scanandgo

import (
	_ "embed"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/scanandgo/goods"
	"redthread.dev/functions/flows/scanandgo/visit"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define("scanandgo", manifest, texts, func(s settings, t words.Texts) flow.Rules {
	g := guide{s, t}
	return flow.Rules{Need: g.need, Handlers: []flow.Handler{
		flow.On(func(events.ItemScanned) string { return shopping }, g.scanned),
		flow.On(inStore, g.updated),
		flow.On(func(events.OrderPlaced) string { return "" }, g.ordered),
	}}
})

// shopping is the key of all that is said in stores: nobody shops in two at a time.
const shopping = "shopping"

type settings struct {
	Max     int           `envconfig:"MAX" default:"2" least:"0" most:"3"`       // suggestions on one visit
	Visit   time.Duration `envconfig:"VISIT" default:"6h" least:"1s" most:"24h"` // how long one lasts at most
	Pause   time.Duration `envconfig:"PAUSE" default:"5m" least:"0s" most:"24h"` // from one suggestion to the next
	Fresh   time.Duration `envconfig:"FRESH" default:"2m" least:"1s" most:"24h"` // how old what happened may be: later the shopper has walked on
	ShopURL string        `envconfig:"SHOP_URL" default:"https://traadogtrae.example" want:"url"`
}

type guide struct {
	settings
	texts words.Texts
}

// state is what we wanted to suggest lately.
type state struct {
	Meant []meant `json:"meant,omitempty"` // oldest first
}

type meant struct {
	At    time.Time `json:"at"`
	Store string    `json:"store"`
	SKU   string    `json:"sku"`
}

// count is how many suggestions a store has had.
func (s state) count(store string) (n int) {
	for _, x := range s.Meant {
		if x.Store == store {
			n++
		}
	}
	return n
}

// inStore is the one key, of baskets that are filled in a store; others are skipped.
func inStore(b events.BasketUpdated) string {
	if b.Place != events.PlaceStore {
		return flow.Skip
	}
	return shopping
}

func (g guide) need(c *profile.Profile, data any) catalog.Need {
	return goods.Need(visit.Of(c, data, g.Visit))
}

func (g guide) scanned(m flow.Moment[events.ItemScanned]) flow.Decision { return suggest(g, m) }

func (g guide) updated(m flow.Moment[events.BasketUpdated]) flow.Decision {
	if len(m.Data.Lines) == 0 {
		return flow.Nothing("the basket is empty")
	}
	return suggest(g, m)
}

func (g guide) ordered(flow.Moment[events.OrderPlaced]) flow.Decision {
	return flow.Nothing("an order was placed")
}

func suggest[T any](g guide, m flow.Moment[T]) flow.Decision {
	var s state
	m.State(&s)
	s.Meant = slices.DeleteFunc(s.Meant, func(x meant) bool { return m.At.Sub(x.At) > g.Visit })
	v := visit.Of(m.Profile, m.Data, g.Visit)
	switch {
	case m.Now.Sub(m.At) > g.Fresh:
		return flow.Nothing("too late to be of use")
	case v.Store == "":
		return flow.Nothing("which store is not known")
	case m.Profile.OrderedSince(m.At):
		return flow.Nothing("bought")
	case v.More:
		return flow.Nothing("more in the basket than is known") // word of the whole basket comes, too
	case s.count(v.Store) >= g.Max:
		return flow.Nothing("enough for one visit")
	case slices.ContainsFunc(s.Meant, func(x meant) bool { return m.At.Sub(x.At).Abs() < g.Pause }):
		return flow.Nothing("something was suggested just now")
	}
	for _, x := range s.Meant {
		v.Touch(x.SKU)
	}
	found, some := goods.Best(v, m.Facts, m.Sensitive)
	switch {
	case !some:
		return flow.Nothing("nothing goes with it")
	case found.SKU == "":
		return flow.Nothing("what goes with it cannot be offered here")
	}
	s.Meant = append(s.Meant, meant{m.At, v.Store, found.SKU})
	d := flow.ActMessage("suggest", func() (words.Message, error) { return message(g, m, v.Store, found) }, "push").
		For(found.SKU + " " + m.At.UTC().Format(time.DateOnly)).Keep(s).Inferred(found.SKU)
	if found.Times == 0 {
		return d.Because("the shop says that %s goes with %s", found.SKU, found.With)
	}
	return d.Because("%d baskets held %s and %s, %.1f times as many as by chance", found.Times, found.With, found.SKU, found.Lift)
}
