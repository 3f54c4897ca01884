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
	"redthread.dev/shared/flow"
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

// entrances are what notices a customer who comes in. A loyalty card is shown on the way out,
// and Wi-Fi reaches those who sit next door.
var entrances = []events.VisitVia{events.ViaBeacon, events.ViaGeofence, events.ViaQR}

func (a assist) visited(m flow.Moment[events.StoreVisited]) flow.Decision {
	s, v := stateOf(m), visit(m)
	same := v.Came.Sub(s.Came).Abs() < a.Visit
	v.Last = s.Came
	if same {
		v.Left, v.Last = later(v.Left, s.Left), s.Last
	}
	_, waits := m.Thread.Timer(name, m.Key, "assist")
	_, reason := open(m.Facts, m.Key, v.Came.Add(a.Settle))
	switch {
	case !slices.Contains(entrances, m.Data.Via):
		return flow.Nothing("not noticed by beacon, geofence or QR code")
	case m.Now.Sub(v.Came) > a.Fresh:
		return flow.Nothing("too late to be of use")
	case v.Came.Sub(s.Last) < a.Visit:
		return flow.Nothing("the visit before")
	case same && !(waits && v.Came.Before(s.Came)):
		return flow.Nothing("the same visit").Keep(state{s.Came, v.Left, s.Last})
	case bought(m.Profile, m.Key, v.Came):
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
	s, h := stateOf(m), a.help(m)
	late := s.Came.Add(a.Settle + a.Fresh)
	closes, reason := open(m.Facts, m.Key, m.Now)
	switch {
	case !m.Now.Before(late):
		return flow.Nothing("too late to be of use")
	case !s.Left.IsZero() && !m.Now.Before(s.Left):
		return flow.Nothing("has left")
	case bought(m.Profile, m.Key, s.Came):
		return flow.Nothing("bought")
	case reason != "":
		return flow.Nothing(reason)
	case h.here+len(h.offers) == 0 && !h.hasRead:
		return flow.Nothing("nothing to help with")
	}
	if !closes.IsZero() && closes.Before(late) {
		late = closes
	}
	return flow.ActMessage("assist", letter{a, m, h, a.texts.In(m.Profile.Locale.Text())}.message, "push", "email").
		For(s.Came.UTC().Format(time.RFC3339)).Until(late).Keep(s).Inferred(h.shown()...).
		Because("wanted: %d, on the shelves here: %d, offers: %d", len(h.goods), h.here, len(h.offers))
}
