// Package instoreassist helps a customer who has just come into a store: it tells which of what
// they want is on the shelves there, and has offers, a voucher and guides beside that.
//
// What they want is their wish list, the basket they left open elsewhere, and what they looked at
// again and again. A voucher alone is no help, and nothing is written that is not about them.
//
// It writes once a visit, while the store is open and for as long as it is of use: who was told
// of too late, or walked out at once, is let be. Of a store whose opening hours cannot be read
// nothing is known, so that it keeps still. What it says is marketing and uses up the attention
// budget: with the default of one message a day, scanandgo has nothing left to say on that visit.
package instoreassist

import (
	_ "embed"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/instoreassist/letter"
	"redthread.dev/functions/flows/instoreassist/shelves"
	"redthread.dev/functions/flows/instoreassist/visit"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

const name = "instoreassist"

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define(name, manifest, texts, func(s settings, t words.Texts) flow.Rules {
	a := assist{s, t}
	return flow.Rules{Need: a.need, Handlers: []flow.Handler{
		flow.On(func(v events.StoreVisited) string { return v.StoreID }, a.visited),
		flow.On(func(o events.OrderPlaced) string { return o.StoreID }, a.ordered),
		flow.OnTimer("assist", a.assist),
	}}
})

type settings struct {
	Settle     time.Duration `envconfig:"SETTLE" default:"1m" least:"0s" most:"10m"`     // from coming in to the message: who walks out again at once gets none
	Fresh      time.Duration `envconfig:"FRESH" default:"15m" least:"1s" most:"1h"`      // how late it may be: after that the customer has found their way, or is gone
	Visit      time.Duration `envconfig:"VISIT" default:"6h" least:"1h" most:"24h"`      // how long one lasts at most
	Researched int           `envconfig:"RESEARCHED" default:"2" least:"1" most:"30"`    // looks at a product that count as wanting it
	Within     time.Duration `envconfig:"WITHIN" default:"336h" least:"1s" most:"8760h"` // the looks that count, before the visit
	Offers     []string      `envconfig:"OFFERS" default:""`                             // skus that stores offer, for those who care for their categories
	Voucher    string        `envconfig:"VOUCHER" default:""`                            // code for the tills of stores; empty: none
	ListURL    string        `envconfig:"LIST_URL" default:"https://traadogtrae.example/i-butikken" want:"url"`
	GuideURL   string        `envconfig:"GUIDE_URL" default:"https://traadogtrae.example/guider" want:"url"`
}

type assist struct {
	settings
	texts words.Texts
}

// need asks for the store and, once there is time to write, for what it has.
func (a assist) need(c *profile.Profile, data any) catalog.Need {
	switch d := data.(type) {
	case events.StoreVisited:
		return catalog.Need{StoreIDs: []string{d.StoreID}}
	case thread.Timer:
		return a.search(c, d).Need()
	}
	return catalog.Need{}
}

func (a assist) search(c *profile.Profile, t thread.Timer) shelves.Search {
	return shelves.Search{Customer: c, Store: t.Key, Came: t.About, Researched: a.Researched, Within: a.Within, Offers: a.Offers}
}

// lastVisit is the latest visit to the store that is known of.
func lastVisit[T any](m flow.Moment[T]) (v visit.Visit) {
	m.State(&v)
	return v
}

// open tells when a store that is open at a time closes, zero for never, or why nobody is
// written to in it.
func open(facts catalog.Facts, store string, at time.Time) (closes time.Time, reason string) {
	hours, ok := facts.Hours(store)
	switch {
	case !ok:
		return closes, "opening hours not known"
	case hours.OpenAt(at):
		_, closes, _ = hours.Next(at)
		return closes, ""
	case len(hours.Intervals(at, at.Add(1))) > 0:
		return closes, "not known whether the store is open"
	}
	return closes, "the store is closed"
}

// entrances are what notices a customer who comes in. A loyalty card is shown on the way out,
// and Wi-Fi reaches those who sit next door.
var entrances = []events.VisitVia{events.ViaBeacon, events.ViaGeofence, events.ViaQR}

func (a assist) visited(m flow.Moment[events.StoreVisited]) flow.Decision {
	known := lastVisit(m)
	v, same := visit.Of(m.Data, m.At).After(known, a.Visit)
	_, waits := m.Thread.Timer(name, m.Key, "assist")
	_, reason := open(m.Facts, m.Key, v.Came.Add(a.Settle))
	switch {
	case !slices.Contains(entrances, m.Data.Via):
		return flow.Nothing("not noticed by beacon, geofence or QR code")
	case m.Now.Sub(v.Came) > a.Fresh:
		return flow.Nothing("too late to be of use")
	case v.Came.Sub(known.Last) < a.Visit:
		return flow.Nothing("the visit before")
	case same && !(waits && v.Came.Before(known.Came)):
		return flow.Nothing("the same visit").Keep(visit.Visit{Came: known.Came, Left: v.Left, Last: known.Last})
	case v.Bought(m.Profile, m.Key):
		return flow.Nothing("bought").Keep(v)
	case reason != "":
		return flow.Nothing(reason)
	}
	return flow.Wait("assist", v.Came.Add(a.Settle)).About(v.Came).Keep(v)
}

// ordered is the goal if it was in the store; what is ordered elsewhere leaves the visit be.
func (a assist) ordered(m flow.Moment[events.OrderPlaced]) flow.Decision {
	if m.Data.Place != events.PlaceStore {
		return flow.Nothing("not bought in a store").GoesOn()
	}
	return flow.Nothing("an order was placed")
}

func (a assist) assist(m flow.Moment[thread.Timer]) flow.Decision {
	v, help := lastVisit(m), a.search(m.Profile, m.Data).Find(m.Facts, m.Now, m.Sensitive)
	late := v.Came.Add(a.Settle + a.Fresh)
	closes, reason := open(m.Facts, m.Key, m.Now)
	switch {
	case !m.Now.Before(late):
		return flow.Nothing("too late to be of use")
	case v.Over(m.Now):
		return flow.Nothing("has left")
	case v.Bought(m.Profile, m.Key):
		return flow.Nothing("bought")
	case reason != "":
		return flow.Nothing(reason)
	case help.Empty():
		return flow.Nothing("nothing to help with")
	}
	if !closes.IsZero() && closes.Before(late) {
		late = closes
	}
	l := letter.Letter{
		Help: help, Customer: m.Profile, Facts: m.Facts, Now: m.Now, Store: m.Key,
		Voucher: a.Voucher, ListURL: a.ListURL, GuideURL: a.GuideURL, Voice: a.texts.In(m.Profile.Locale.Text()),
	}
	return flow.ActMessage("assist", l.Message, "push", "email").
		For(v.Came.UTC().Format(time.RFC3339)).Until(late).Keep(v).Inferred(help.Shown()...).
		Because("wanted: %d, on the shelves here: %d, offers: %d", len(help.Goods), help.Here, len(help.Offers))
}
