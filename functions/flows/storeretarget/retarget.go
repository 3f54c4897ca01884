// Package storeretarget follows a customer who researched online and left a store
// without buying (research online, purchase offline: ROPO) with advertisements for
// what they had looked at, and stops the moment they buy it anywhere.
package storeretarget

import (
	"cmp"
	_ "embed"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/storeretarget/letter"
	"redthread.dev/functions/flows/storeretarget/path"
	"redthread.dev/functions/flows/storeretarget/research"
	"redthread.dev/functions/flows/storeretarget/visit"
	"redthread.dev/shared/action"
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
	name = "storeretarget"
	key  = "visit" // the business key of all of it: a customer is in the audience or not
)

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define(name, manifest, texts, func(s settings, t words.Texts) flow.Rules {
	r := retarget{s, t}
	return flow.Rules{Need: letter.Need, Handlers: []flow.Handler{
		flow.On(func(events.StoreVisited) string { return key }, r.visited),
		flow.On(func(events.ProductViewed) string { return key }, r.viewed),
		flow.On(func(events.OrderPlaced) string { return key }, r.ordered),
		flow.On(func(events.OrderReturned) string { return key }, r.returned),
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

func (r retarget) research() research.Research {
	return research.Research{Views: r.Views, Within: r.Within, Wait: r.Wait}
}

// heard is what is remembered about the latest visit, with what a moment tells of the way to a
// purchase; and whether that is news.
func heard[T any](r retarget, m flow.Moment[T]) (v visit.Visit, news bool) {
	m.State(&v)
	news = v.Retell(m.Profile, m.At, r.Within)
	return v, news
}

func (r retarget) visited(m flow.Moment[events.StoreVisited]) flow.Decision {
	v, news := heard(r, m)
	switch {
	case !m.At.After(v.At):
		return rest(v, "an older visit", news)
	case m.Now.Sub(m.At) > r.Wait+r.Stay:
		return rest(v, "the visit is too old", news)
	case m.Profile.OrderedSince(visit.From(m.At)):
		return rest(v, "bought", news)
	}
	v.At, v.Store = m.At, m.Data.StoreID
	return flow.Wait("unsold", m.At.Add(r.Wait)).Keep(v)
}

// unsold comes a day after the visit. It puts the customer into the audience; who has not
// agreed to that, but to mails, gets one instead.
func (r retarget) unsold(m flow.Moment[thread.Timer]) flow.Decision {
	var v visit.Visit
	m.State(&v)
	products := r.research().Of(m.Profile, v.At)
	switch {
	case m.Profile.OrderedSince(visit.From(v.At)):
		return flow.Nothing("bought")
	case len(products) == 0:
		return flow.Nothing("nothing was researched")
	}
	l := letter.Letter{Customer: m.Profile, Facts: m.Facts, Products: products, ShopURL: r.ShopURL, Voice: r.texts.In(m.Profile.Locale.Text())}
	subjects := slices.Concat(products, showcase.Categories(m.Profile, products...))
	v.Products, v.Since = products, v.At
	return r.enter(v, "unsold", stamp(v.At)).Keep(v).
		Then("enough", v.At.Add(r.Wait+r.Stay)).Inferred(subjects...).
		Because("researched %d products, visited store %s, no purchase within %s", len(products), v.Store, r.Wait).
		Otherwise(flow.ActMessage("mail", l.Message, "email").For(stamp(v.At)).Inferred(subjects...))
}

// viewed widens the advertisements to what the customer looks at next.
func (r retarget) viewed(m flow.Moment[events.ProductViewed]) flow.Decision {
	v, news := heard(r, m)
	if !v.Advertised(m.Thread, name) {
		return rest(v, "not in the audience", news)
	}
	products := r.research().Since(m.Profile, v.Since)
	if slices.Equal(products, v.Products) || len(products) == 0 {
		return rest(v, "in the audience with these products", news)
	}
	v.Products = products
	return r.enter(v, "change", stamp(m.At)).Keep(v)
}

// ordered ends it: the customer is out of the audience at once, and the way to the
// purchase is kept.
func (r retarget) ordered(m flow.Moment[events.OrderPlaced]) flow.Decision {
	v, news := heard(r, m)
	came := path.Of(m.Profile, m.At, m.Data.Place, r.Within)
	if !v.Advertised(m.Thread, name) {
		return rest(v, cmp.Or(came, "bought, not in the audience"), news)
	}
	if m.At.Before(visit.From(v.Since)) {
		return rest(v, "bought before the visit", news)
	}
	v.Products = nil
	return r.leave(visit.Bought, m.Data.OrderID, came).Keep(v).Drop()
}

// returned keeps what the customer has just brought back out of the advertisements.
func (r retarget) returned(m flow.Moment[events.OrderReturned]) flow.Decision {
	var v visit.Visit
	m.State(&v)
	left := v.Without(m.Data.Lines)
	switch {
	case !v.Advertised(m.Thread, name):
		return flow.Nothing("not in the audience")
	case m.At.Before(v.Since):
		return flow.Nothing("returned before the visit")
	case len(left) == len(v.Products):
		return flow.Nothing("what came back is not advertised")
	}
	v.Products = left
	if len(left) == 0 {
		return r.leave("returned", m.Data.ReturnID, "").Keep(v).Drop()
	}
	return r.enter(v, "returned", m.Data.ReturnID).Keep(v)
}

// enough takes the customer out after a while without a purchase.
func (r retarget) enough(m flow.Moment[thread.Timer]) flow.Decision {
	var v visit.Visit
	m.State(&v)
	if !v.Advertised(m.Thread, name) {
		return flow.Nothing("not in the audience")
	}
	v.Products = nil
	return r.leave(visit.Enough, stamp(v.At), "").Keep(v)
}

func (r retarget) enter(v visit.Visit, step, what string) flow.Decision {
	return flow.ActAudience(step, action.Audience{Name: r.Audience, Products: v.Products}).For(what)
}

func (r retarget) leave(step, what, note string) flow.Decision {
	return flow.ActAudience(step, action.Audience{Name: r.Audience, Remove: true, Note: note}).For(what)
}

// stamp tells one visit, or one change, from another.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// rest does nothing, and keeps what is news.
func rest(v visit.Visit, reason string, news bool) flow.Decision {
	d := flow.Nothing(reason)
	if news {
		d = d.Keep(v)
	}
	return d
}
