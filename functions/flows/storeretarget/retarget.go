// Package storeretarget follows a customer who researched online and left a store
// without buying (research online, purchase offline: ROPO) with advertisements for
// what they had looked at, and stops the moment they buy it anywhere.
package storeretarget

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

// visit is the business key of all of it: a customer is in the audience or not.
const visit = "visit"

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define("storeretarget", manifest, texts, func(s settings, t words.Texts) flow.Rules {
	r := retarget{s, t}
	return flow.Rules{Need: need, Handlers: []flow.Handler{
		flow.On(func(events.StoreVisited) string { return visit }, r.visited),
		flow.On(func(events.ProductViewed) string { return visit }, r.viewed),
		flow.On(func(events.OrderPlaced) string { return visit }, r.ordered),
		flow.On(func(events.OrderReturned) string { return visit }, r.returned),
		flow.OnTimer("unsold", r.unsold),
		flow.OnTimer("enough", r.enough),
	}}
})

type settings struct {
	Views    int           `envconfig:"VIEWS" default:"2" least:"1"`                   // of a product or its category that count as research
	Within   time.Duration `envconfig:"WITHIN" default:"336h" least:"1s" most:"8760h"` // before the visit
	Wait     time.Duration `envconfig:"WAIT" default:"24h" least:"1s" most:"8760h"`    // after the visit, for a purchase
	Stay     time.Duration `envconfig:"STAY" default:"720h" least:"1s" most:"8760h"`   // in the audience at most
	Audience string        `envconfig:"AUDIENCE" default:"store-visitors" want:"name"`
	ShopURL  string        `envconfig:"SHOP_URL" default:"https://traadogtrae.example" want:"url"`
}

type retarget struct {
	settings
	texts words.Texts
}

// state is what is remembered about the latest visit.
type state struct {
	Visit    time.Time `json:"visit"`
	Store    string    `json:"store"`
	Products []string  `json:"products,omitempty"` // advertised to the customer now, if the policy let it be
	Since    time.Time `json:"since,omitzero"`     // the visit that this came of
	Path     string    `json:"path,omitempty"`     // how the last purchase came about that had something before it
}

// advertised tells whether the customer is in the audience. What the policy refused, or
// became a mail instead, has put nobody there: then nothing of theirs, not even the
// hash that would take them out, goes to those who advertise.
func (s state) advertised(t *thread.Thread) bool {
	if len(s.Products) == 0 {
		return false
	}
	for _, c := range slices.Backward(t.Contacts) {
		if c.Flow == "storeretarget" && c.Kind == string(events.ActionAudience) {
			step, _, _ := strings.Cut(c.Step, " ")
			return !c.At.Before(s.Since) && step != "bought" && step != "enough"
		}
	}
	return false
}

func (r retarget) visited(m flow.Moment[events.StoreVisited]) flow.Decision {
	var s state
	m.State(&s)
	retold := r.retell(m.Profile, m.At, &s)
	switch {
	case !m.At.After(s.Visit):
		return s.rest("an older visit", retold)
	case m.Now.Sub(m.At) > r.Wait+r.Stay:
		return s.rest("the visit is too old", retold)
	case boughtSince(m.Profile, m.At):
		return s.rest("bought", retold)
	}
	s.Visit, s.Store = m.At, m.Data.StoreID
	return flow.Wait("unsold", m.At.Add(r.Wait)).Keep(s)
}

// unsold comes a day after the visit.
func (r retarget) unsold(m flow.Moment[thread.Timer]) flow.Decision {
	var s state
	m.State(&s)
	products := r.researched(m.Profile, s.Visit)
	switch {
	case boughtSince(m.Profile, s.Visit):
		return flow.Nothing("bought")
	case len(products) == 0:
		return flow.Nothing("nothing was researched")
	}
	return r.advertise(m.Profile, m.Facts, s, products)
}

// viewed widens the advertisements to what the customer looks at next.
func (r retarget) viewed(m flow.Moment[events.ProductViewed]) flow.Decision {
	var s state
	m.State(&s)
	retold := r.retell(m.Profile, m.At, &s)
	if !s.advertised(m.Thread) {
		return s.rest("not in the audience", retold)
	}
	products := r.researched(m.Profile, r.asOf(m.Profile, s.Since))
	if slices.Equal(products, s.Products) || len(products) == 0 {
		return s.rest("in the audience with these products", retold)
	}
	s.Products = products
	return r.enter(s, "change", stamp(m.At)).Keep(s)
}

// ordered ends it: the customer is out of the audience at once, and the way to the
// purchase is kept.
func (r retarget) ordered(m flow.Moment[events.OrderPlaced]) flow.Decision {
	var s state
	m.State(&s)
	path := r.path(m.Profile, m.At, m.Data.Place)
	retold := r.retell(m.Profile, m.At, &s)
	if !s.advertised(m.Thread) {
		return s.rest(cmp.Or(path, "bought, not in the audience"), retold)
	}
	if m.At.Before(s.Since.Add(-grace)) {
		return s.rest("bought before the visit", retold)
	}
	s.Products = nil
	return r.leave("bought", m.Data.OrderID, path).Keep(s).Drop()
}

// returned keeps what the customer has just brought back out of the advertisements.
func (r retarget) returned(m flow.Moment[events.OrderReturned]) flow.Decision {
	var s state
	m.State(&s)
	switch {
	case !s.advertised(m.Thread):
		return flow.Nothing("not in the audience")
	case m.At.Before(s.Since):
		return flow.Nothing("returned before the visit")
	}
	left := slices.DeleteFunc(slices.Clone(s.Products), func(sku string) bool {
		return slices.ContainsFunc(m.Data.Lines, func(l events.Line) bool { return l.SKU == sku })
	})
	if len(left) == len(s.Products) {
		return flow.Nothing("what came back is not advertised")
	}
	s.Products = left
	if len(left) == 0 {
		return r.leave("returned", m.Data.ReturnID, "").Keep(s).Drop()
	}
	return r.enter(s, "returned", m.Data.ReturnID).Keep(s)
}

// enough takes the customer out after a while without a purchase.
func (r retarget) enough(m flow.Moment[thread.Timer]) flow.Decision {
	var s state
	m.State(&s)
	if !s.advertised(m.Thread) {
		return flow.Nothing("not in the audience")
	}
	s.Products = nil
	return r.leave("enough", stamp(s.Visit), "").Keep(s)
}

func (r retarget) enter(s state, step, what string) flow.Decision {
	return flow.ActAudience(step, action.Audience{Name: r.Audience, Products: s.Products}).For(what)
}

func (r retarget) leave(step, what, note string) flow.Decision {
	return flow.ActAudience(step, action.Audience{Name: r.Audience, Remove: true, Note: note}).For(what)
}

// rest does nothing, and keeps what has changed.
func (s state) rest(reason string, changed bool) flow.Decision {
	d := flow.Nothing(reason)
	if changed {
		d = d.Keep(s)
	}
	return d
}
