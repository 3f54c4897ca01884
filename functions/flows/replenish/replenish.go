// Package replenish writes to a customer a few days before what they use up has run out: at
// the pace of their own purchases, as far as it is regular, else after the time that one
// usually lasts. What runs out in the same week comes in one letter. Who shows their card at a
// till before that is asked there and then.
package replenish

import (
	_ "embed"
	"slices"
	"time"

	"redthread.dev/events"
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

// key is one for all that a customer uses up: who is about to order one thing orders another with it.
const key = "supplies"

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define("replenish", manifest, texts, func(s settings, t words.Texts) flow.Rules {
	r := replenish{s, t}
	return flow.Rules{
		Need: need,
		Handlers: []flow.Handler{
			flow.On(func(events.OrderPlaced) string { return key }, r.ordered),
			flow.On(r.tills, r.served),
			flow.OnTimer("refill", r.refill),
		},
	}
})

// need asks for the stock only when there may be a letter, and after an order for what else
// was ever bought only when something of it is used up: most orders are of nothing such.
func need(c *profile.Profile, data any) catalog.Need {
	if visit, ok := data.(events.StoreVisited); ok {
		return onShelves(c, visit.StoreID)
	}
	order, ok := data.(events.OrderPlaced)
	if !ok {
		return showcase.Need(c, bought(c)...)
	}
	return catalog.Need{SKUs: lines(c, order.OrderID), Then: func(known catalog.Facts) (n catalog.Need) {
		if consumable(c, order.OrderID, known) {
			n.SKUs = bought(c)
		}
		return n
	}}
}

type settings struct {
	Ahead    time.Duration `envconfig:"AHEAD" default:"72h" least:"1s" most:"720h"`     // of its running out
	Together time.Duration `envconfig:"TOGETHER" default:"168h" least:"0s" most:"720h"` // what runs out within it comes in the same letter
	Gaps     int           `envconfig:"GAPS" default:"3" least:"3" most:"15"`           // of the customer's own, before they count
	AtTill   time.Duration `envconfig:"AT_TILL" default:"168h" least:"0s" most:"720h"`  // what runs out within it is asked for at a till; 0s: nothing is
	Fresh    time.Duration `envconfig:"FRESH" default:"5m" least:"1s" most:"1h"`        // how old word of the card may be: later the customer has gone
	ShopURL  string        `envconfig:"SHOP_URL" default:"https://traadogtrae.example" want:"url"`
}

type replenish struct {
	settings
	texts words.Texts
}

// state is what was written about, if the policy let it be, by the name of the supply.
type state struct {
	Told map[string]told `json:"told,omitempty"`
}

// told is the product that a letter showed, and the purchase that was running out.
type told struct {
	SKU    string    `json:"sku"`
	Bought time.Time `json:"bought"`
	Till   bool      `json:"till,omitempty"` // no letter showed it, but a till
}

func stateOf[T any](m flow.Moment[T]) (s state) {
	m.State(&s)
	return s
}

// untold are those that no letter was about since they were bought. Whether a customer was
// really asked at a till nobody knows.
func (s state) untold(all []end) []end {
	return slices.DeleteFunc(slices.Clone(all), func(e end) bool { return s.said(e) && !s.Told[e.name].Till })
}

// said tells whether a letter or a till was about it since it was bought.
func (s state) said(e end) bool {
	t, ok := s.Told[e.name]
	return ok && !t.Bought.Before(e.last().at)
}

// shown tells whether an order has what a letter was about.
func (s state) shown(lines []events.Line, facts catalog.Facts) bool {
	return slices.ContainsFunc(lines, func(l events.Line) bool {
		product, _ := facts.Product(l.SKU)
		for name, t := range s.Told {
			if t.SKU == l.SKU || product.Consumable.TypicalDays > 0 && name == nameOf(product) {
				return true
			}
		}
		return false
	})
}

// ordered works out anew when to look again. Only an order of what we wrote about is the goal.
func (r replenish) ordered(m flow.Moment[events.OrderPlaced]) flow.Decision {
	if !consumable(m.Profile, m.Data.OrderID, m.Facts) {
		return flow.Nothing("of nothing that is used up").GoesOn()
	}
	s := stateOf(m)
	all, why := r.ends(m.Profile, m.Facts, m.Sensitive)
	d := flow.Nothing(why).Drop()
	if at, ok := r.next(s.untold(all), m.Now); ok {
		d = flow.Wait("refill", at).About(m.Profile.Placed[0].At)
	} else if len(all) > 0 {
		d = flow.Nothing("has run out, or was written about").Drop()
	}
	if !s.shown(m.Data.Lines, m.Facts) {
		d = d.GoesOn()
	}
	return d
}

// refill writes about what is about to run out, with what follows soon after. What lies in
// the basket is another flow's; it is looked at again later.
func (r replenish) refill(m flow.Moment[thread.Timer]) flow.Decision {
	s := stateOf(m)
	all, why := r.ends(m.Profile, m.Facts, m.Sensitive)
	open := s.untold(all)
	var letter, rest []end
	for _, e := range open {
		switch {
		case e.at.Sub(m.At) > max(r.Ahead, r.Together) || !m.Now.Before(e.at):
			rest, why = append(rest, e), "runs out another day"
		case inBasket(m.Profile, e.sku):
			rest, why = append(rest, e), "lies in the basket"
		default:
			letter = append(letter, e)
		}
	}
	if len(letter) == 0 || letter[0].at.Sub(m.At) > r.Ahead {
		return r.then(flow.Nothing(why), open, m.Now)
	}
	first := letter[0]
	d := flow.ActMessage("refill", func() (words.Message, error) { return r.message(m, letter) }, "email", "push").
		For(first.name+" "+first.last().at.UTC().Format(time.DateOnly)).Patient(first.at).Keep(s.with(letter, supplies(m.Profile, m.Facts), false)).
		Because("%s runs out on %s, by %s", first.name, first.at.UTC().Format(time.DateOnly), first.by)
	for _, e := range letter {
		d = d.Inferred(e.sku, e.name)
	}
	return r.then(d, rest, m.Now)
}

func inBasket(c *profile.Profile, sku string) bool {
	basket, _ := c.OpenBasket()
	return slices.ContainsFunc(basket.Lines, func(l profile.Line) bool { return l.SKU == sku })
}

// then looks again when the next of them is about to run out.
func (r replenish) then(d flow.Decision, open []end, now time.Time) flow.Decision {
	if at, ok := r.next(open, now); ok {
		return d.Then("refill", at)
	}
	return d
}

// next is when the first of them is to be written about: so long ahead or, as there was a
// reason not to, each half day after that until it has run out.
func (r replenish) next(open []end, now time.Time) (first time.Time, ok bool) {
	for _, e := range open {
		at := e.at.Add(-r.Ahead)
		if late := now.Sub(at); late >= 0 {
			at = at.Add((late/(day/2) + 1) * (day / 2))
		}
		if at.Before(e.at) && (!ok || at.Before(first)) {
			first, ok = at, true
		}
	}
	return first, ok
}

// with adds what a letter, or a till, is about, and forgets what is in none of the kept orders
// any more.
func (s state) with(letter []end, known []supply, till bool) state {
	all := map[string]told{}
	for _, k := range known {
		if t, ok := s.Told[k.name]; ok {
			all[k.name] = t
		}
	}
	for _, e := range letter {
		all[e.name] = told{e.sku, e.last().at, till}
	}
	return state{all}
}
