// Package replenish writes to a customer a few days before what they use up has run out: at
// the pace of their own purchases, as far as it is regular, else after the time that one
// usually lasts. What runs out in the same week comes in one letter. Who shows their card at a
// till before that is asked there and then.
package replenish

import (
	_ "embed"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/replenish/runout"
	"redthread.dev/functions/flows/replenish/supply"
	"redthread.dev/functions/flows/replenish/told"
	"redthread.dev/functions/flows/replenish/wording"
	"redthread.dev/shared/action"
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
	return flow.Rules{Need: need, Handlers: []flow.Handler{
		flow.On(func(events.OrderPlaced) string { return key }, r.ordered),
		flow.On(r.tills, r.served),
		flow.OnTimer("refill", r.refill),
	}}
})

// need asks for the stock only when there may be a letter, or the till may ask.
func need(c *profile.Profile, data any) catalog.Need {
	switch what := data.(type) {
	case events.OrderPlaced:
		return supply.NeedAfter(c, what.OrderID)
	case events.StoreVisited:
		return supply.NeedIn(c, what.StoreID)
	}
	return showcase.Need(c, supply.Bought(c)...)
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

// rule is how it is worked out when something runs out.
func (r replenish) rule() runout.Rule { return runout.Rule{Gaps: r.Gaps, Ahead: r.Ahead} }

func before[T any](m flow.Moment[T]) (b told.Before) {
	m.State(&b)
	return b
}

// ordered works out anew when to look again. Only an order of what we wrote about is the goal.
func (r replenish) ordered(m flow.Moment[events.OrderPlaced]) flow.Decision {
	if !supply.Fills(m.Profile, m.Data.OrderID, m.Facts) {
		return flow.Nothing("of nothing that is used up").GoesOn()
	}
	b := before(m)
	all, why := r.rule().Ends(m.Profile, m.Facts, m.Sensitive)
	d := flow.Nothing(why).Drop()
	if at, ok := r.rule().Next(b.Untold(all), m.Now); ok {
		d = flow.Wait("refill", at).About(m.Profile.Placed[0].At)
	} else if len(all) > 0 {
		d = flow.Nothing("has run out, or was written about").Drop()
	}
	if !b.Shown(m.Data.Lines, m.Facts) {
		d = d.GoesOn()
	}
	return d
}

// refill writes about what is about to run out, with what follows soon after. What lies in
// the basket is another flow's; it is looked at again later.
func (r replenish) refill(m flow.Moment[thread.Timer]) flow.Decision {
	b := before(m)
	all, why := r.rule().Ends(m.Profile, m.Facts, m.Sensitive)
	open := b.Untold(all)
	var letter, rest []runout.End
	for _, e := range open {
		switch {
		case e.At.Sub(m.At) > max(r.Ahead, r.Together) || !m.Now.Before(e.At):
			rest, why = append(rest, e), "runs out another day"
		case m.Profile.InBasket(e.SKU):
			rest, why = append(rest, e), "lies in the basket"
		default:
			letter = append(letter, e)
		}
	}
	d := flow.Nothing(why)
	if len(letter) > 0 && letter[0].At.Sub(m.At) <= r.Ahead {
		write := func() (words.Message, error) {
			return wording.Letter(r.texts, m.Profile, m.Facts, letter, r.ShopURL, m.Now)
		}
		d = flow.ActMessage("refill", write, "email", "push").Patient(letter[0].At).Keep(b.With(letter, supply.Of(m.Profile, m.Facts), false))
		d, open = about(d, letter), rest
	}
	if at, ok := r.rule().Next(open, m.Now); ok {
		d = d.Then("refill", at)
	}
	return d
}

// asked is how many products a till asks for: nobody listens to a list.
const asked = 3

// tills is the one key, of customers who show their card: other ways to notice somebody are
// far from the till.
func (r replenish) tills(v events.StoreVisited) string {
	if v.Via != events.ViaLoyaltyCard || r.AtTill == 0 {
		return flow.Skip
	}
	return key
}

// served has the till ask for what is about to run out and is there to be had. It counts as
// no letter: one may follow, if they do not buy.
func (r replenish) served(m flow.Moment[events.StoreVisited]) flow.Decision {
	switch {
	case m.Now.Sub(m.At) > r.Fresh:
		return flow.Nothing("too late to be of use")
	case m.Profile.OrderedSince(m.At):
		return flow.Nothing("bought")
	}
	b := before(m)
	all, why := r.rule().Ends(m.Profile, m.Facts, m.Sensitive)
	var ask []runout.End
	for _, e := range all {
		stock, _ := m.Facts.Stock(m.Data.StoreID, e.SKU)
		switch {
		case b.Said(e):
			why = "was written about, or asked for"
		case e.At.Sub(m.At) > r.AtTill || !m.At.Before(e.At):
			why = "runs out another day"
		case m.Profile.InBasket(e.SKU):
			why = "lies in the basket"
		case stock.Available <= 0:
			why = "not in this store"
		default:
			ask = append(ask, e)
		}
	}
	if len(ask) == 0 {
		return flow.Nothing(why)
	}
	ask = ask[:min(len(ask), asked)]
	write := func() (action.Prompt, error) {
		return wording.Prompt(r.texts, m.Profile, m.Facts, ask, m.Data.StoreID)
	}
	d := flow.ActPrompt("till", write).Until(m.At.Add(r.Fresh)).Keep(b.With(ask, supply.Of(m.Profile, m.Facts), true))
	return about(d, ask)
}

// about says which purchases an act is about, once for the first of them.
func about(d flow.Decision, ends []runout.End) flow.Decision {
	first := ends[0]
	d = d.For(first.Name+" "+first.Last().At.UTC().Format(time.DateOnly)).
		Because("%s runs out on %s, by %s", first.Name, first.At.UTC().Format(time.DateOnly), first.By)
	for _, e := range ends {
		d = d.Inferred(e.SKU, e.Name)
	}
	return d
}
