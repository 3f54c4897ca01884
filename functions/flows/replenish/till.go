package replenish

import (
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
)

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

// onShelves asks for what a customer ever bought, and whether the store has what of it is
// used up.
func onShelves(c *profile.Profile, store string) catalog.Need {
	skus := bought(c)
	if len(skus) == 0 {
		return catalog.Need{}
	}
	return catalog.Need{SKUs: skus, Then: func(known catalog.Facts) (n catalog.Need) {
		for _, s := range supplies(c, known) {
			n.Stock = append(n.Stock, catalog.StockOf{StoreID: store, SKU: s.sku})
		}
		if len(n.Stock) > 0 {
			n.StoreIDs = []string{store}
		}
		return n
	}}
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
	s := stateOf(m)
	all, why := r.ends(m.Profile, m.Facts, m.Sensitive)
	var ask []end
	for _, e := range all {
		stock, _ := m.Facts.Stock(m.Data.StoreID, e.sku)
		switch {
		case s.said(e):
			why = "was written about, or asked for"
		case e.at.Sub(m.At) > r.AtTill || !m.At.Before(e.at):
			why = "runs out another day"
		case inBasket(m.Profile, e.sku):
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
	first := ask[0]
	d := flow.ActPrompt("till", func() (action.Prompt, error) { return r.prompt(m, ask) }).
		For(first.name+" "+first.last().at.UTC().Format(time.DateOnly)).
		Until(m.At.Add(r.Fresh)).Keep(s.with(ask, supplies(m.Profile, m.Facts), true)).
		Because("%s runs out on %s, by %s", first.name, first.at.UTC().Format(time.DateOnly), first.by)
	for _, e := range ask {
		d = d.Inferred(e.sku, e.name)
	}
	return d
}

// language is what is spoken at the tills of a country.
var language = map[string]string{"DK": "da", "SE": "sv"}

func (r replenish) prompt(m flow.Moment[events.StoreVisited], ask []end) (action.Prompt, error) {
	at, _ := m.Facts.Store(m.Data.StoreID)
	voice, zone := r.texts.In(language[at.Address.Country]), showcase.Zone(at, m.Profile)
	p := action.Prompt{StoreID: m.Data.StoreID, Language: voice.Locale()}
	var rows []string
	for _, e := range ask {
		item := showcase.Item(m.Profile, m.Facts, e.sku, voice.Locale())
		s := voice.With(map[string]any{"Name": m.Profile.FirstName(), "Product": item.Title, "Bought": e.last().at.In(zone), "Ends": e.at.In(zone)})
		if p.Subject == "" {
			p.Subject = s.Say("till.ask")
		}
		p.Products, rows = append(p.Products, e.sku), append(rows, s.Say("till.why"))
		if err := s.Err(); err != nil {
			return p, err
		}
	}
	p.Text = strings.Join(rows, "\n")
	return p, nil
}
