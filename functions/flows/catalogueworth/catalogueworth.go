// Package catalogueworth decides who is worth a printed catalogue: whoever the shop may
// expect to earn more on with it than without, by more than print and postage cost. They
// come on the print list, with the numbers. It writes nothing to anybody.
//
// What a catalogue changes nobody knows beforehand. UPLIFT is an assumption: 15 % more is
// what mails with a catalogue sold beyond mails alone in a field experiment of a jeweller's
// (Zhang, "Why Catalogs Are Making a Comeback", Harvard Business Review, February 2020). The
// holdout, who are worth one and get none, measures the shop's own.
//
// The function campaigns addresses the plan to customers as soon as it is planned; of a
// budget it keeps to those who are expected to spend most.
package catalogueworth

import (
	_ "embed"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define("catalogueworth", manifest, nil, func(s settings, _ words.Texts) flow.Rules {
	return flow.Rules{Handlers: []flow.Handler{
		flow.On(func(p events.CataloguePlanned) string { return p.CatalogueID }, s.planned),
		flow.On(func(events.OrderPlaced) string { return "" }, s.ordered),
	}}
})

type settings struct {
	Season time.Duration `envconfig:"SEASON" default:"2160h" least:"24h" most:"8760h"` // for which a catalogue sells, from the day it lies in the letter box
	Margin float64       `envconfig:"MARGIN" default:"0.4" least:"0" most:"1"`         // of what customers spend, what is left when the goods are paid
	Uplift float64       `envconfig:"UPLIFT" default:"0.15" least:"0" most:"10"`       // more that they order with a catalogue than without
	List   string        `envconfig:"LIST" default:"catalogues" want:"name"`           // whom to print for
}

func (s settings) planned(m flow.Moment[events.CataloguePlanned]) flow.Decision {
	drop, err := m.Data.DropDate.In(time.UTC)
	switch {
	case m.Data.Segment != "" && !m.Profile.In(m.Data.Segment):
		return flow.Nothing("not in the segment")
	case err != nil || !m.Now.Before(drop):
		return flow.Nothing("its day has come")
	case m.Profile.Totals.Orders == 0:
		return flow.Nothing("never ordered")
	case m.Profile.Totals.Spent[m.Data.PrintAndPost.Currency] == 0:
		return flow.Nothing("never spent anything in its currency")
	}
	numbers, from := s.worth(m.Profile, m.At, m.Data)
	d := flow.Nothing("not worth it")
	if numbers.Worth.Amount > 0 {
		d = flow.ActPrint("list", s.List, numbers).Until(drop).About(drop) // what is ordered before then is not of it
	}
	return d.Because("%s", from).Because("of %s each, %.0f %% margin: %s without, %s with it",
		money(from.Each), 100*s.Margin, money(numbers.Without), money(numbers.With)).
		Because("less %s to print and post: worth %s", money(numbers.Cost), money(numbers.Worth))
}

func (s settings) ordered(flow.Moment[events.OrderPlaced]) flow.Decision {
	return flow.Nothing("an order was placed")
}
