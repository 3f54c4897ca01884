package profile

import (
	"redthread.dev/events"
)

// behave folds what a customer looked at, where they were and what they said.
func (p *Profile) behave(s Stamp, data events.Data) {
	switch d := data.(type) {
	case *events.PageViewed:
		p.view(View{Kind: d.Kind, SKU: d.SKU, Category: d.Category, Query: d.Query, Place: d.Place, Stamp: s})
	case *events.ProductViewed:
		p.view(View{Kind: events.PageProduct, SKU: d.SKU, Name: d.Name, Category: d.Category, Place: d.Place, Price: d.Price, Stamp: s})
	case *events.StoreVisited:
		p.Visits = newest(p.Visits, Visit{clip(d.StoreID), d.Via, clip(d.Zone), d.DwellS, s}, keepVisits)
	case *events.ItemScanned:
		p.Scans = newest(p.Scans, Scan{clip(d.StoreID), clip(d.SKU), s}, keepScans)
	case *events.SocialMentioned:
		p.Mentions = newest(p.Mentions, Mention{clip(d.Platform), clip(d.PostID), clip(d.ThreadID), d.Rating, s}, keepMentions)
	case *events.ServiceContacted:
		p.Contacts = newest(p.Contacts, Contact{clip(d.ContactID), d.Channel, clip(d.Topic), clip(d.OrderID), s}, keepContacts)
	case *events.ServiceResolved:
		p.Resolved = newest(p.Resolved, Resolved{clip(d.ContactID), clip(d.TicketID), d.CSAT, s}, keepResolved)
	case *events.SurveyAnswered:
		about := events.About{OrderID: clip(d.About.OrderID), StoreID: clip(d.About.StoreID), ContactID: clip(d.About.ContactID)}
		p.Surveys = newest(p.Surveys, Survey{clip(d.SurveyID), d.Kind, d.Score, about, s}, keepSurveys)
	}
}

func (p *Profile) view(v View) {
	v.SKU, v.Name, v.Category, v.Query = clip(v.SKU), clip(v.Name), clip(v.Category), clip(v.Query)
	if p.mine {
		p.Views = push(p.Views, v, keepViews)
		return
	}
	p.Views = newest(p.Views, v, keepViews)
}

// buy folds baskets and orders.
func (p *Profile) buy(s Stamp, data events.Data) {
	switch d := data.(type) {
	case *events.BasketUpdated:
		b := Basket{ID: d.BasketID, Total: d.Total, Place: d.Place, StoreID: clip(d.StoreID), Stamp: s}
		p.basket(b, d.Lines)
	case *events.BasketAbandoned:
		b := Basket{ID: d.BasketID, Total: d.Total, Place: d.Place, Step: clip(d.Step), Stamp: s}
		p.basket(b, d.Lines)
	case *events.OrderPlaced:
		p.order(s, d)
	case *events.OrderReady:
		p.Ready = newest(p.Ready, Ready{clip(d.OrderID), clip(d.StoreID), clip(d.Code), d.HoldUntil.UTC(), s}, keepStates)
	case *events.OrderCollected:
		p.Collected = newest(p.Collected, Collected{clip(d.OrderID), clip(d.StoreID), s}, keepStates)
	case *events.OrderReturned:
		p.giveBack(s, d)
	}
}

func (p *Profile) basket(b Basket, lines []events.Line) {
	b.ID = clip(b.ID)
	b.Lines, b.More = keptLines(lines, keepBasketLine)
	p.Baskets = latest(p.Baskets, b, keepBaskets, Basket.key)
}

func (b Basket) key() string { return b.ID }

func (p *Profile) order(s Stamp, d *events.OrderPlaced) {
	o := Placed{OrderID: clip(d.OrderID), BasketID: clip(d.BasketID), Place: d.Place, StoreID: clip(d.StoreID),
		Delivery: d.Delivery, Gift: clip(d.Gift.Occasion), Total: d.Total, Stamp: s}
	o.Lines, o.More = keptLines(d.Lines, keepOrderLine)
	for i := range o.Lines {
		// The catalogue and the journal have the rest, and nobody is reminded of an order.
		o.Lines[i] = Line{SKU: o.Lines[i].SKU, Quantity: o.Lines[i].Quantity, Category: o.Lines[i].Category}
	}
	p.Placed = newest(p.Placed, o, keepOrders)
	p.Totals = p.Totals.plus(Totals{Orders: 1, Spent: map[string]int64{d.Total.Currency: d.Total.Amount}, First: s.At, Last: s.At})
}

func (p *Profile) giveBack(s Stamp, d *events.OrderReturned) {
	r := Returned{ReturnID: clip(d.ReturnID), OrderID: clip(d.OrderID), Place: d.Place, Refund: d.Refund, Stamp: s}
	for _, l := range d.Lines[:min(len(d.Lines), keepOrderLine)] {
		r.SKUs = append(r.SKUs, clip(l.SKU))
	}
	p.Returned = newest(p.Returned, r, keepStates)
	p.Totals = p.Totals.plus(Totals{Returns: 1, Refunded: map[string]int64{d.Refund.Currency: d.Refund.Amount}})
}

func keptLines(lines []events.Line, n int) (kept []Line, more int) {
	for _, l := range lines[:min(len(lines), n)] {
		kept = append(kept, Line{SKU: clip(l.SKU), Name: clip(l.Name), Quantity: l.Quantity, Price: l.Price,
			Category: clip(l.Category), Variant: clip(l.Variant), ImageURL: clipLink(l.ImageURL), URL: clipLink(l.URL)})
	}
	return kept, max(0, len(lines)-n)
}

// plus adds up; the sums of ten years of the largest orders stay far within int64.
func (t Totals) plus(o Totals) Totals {
	return Totals{
		Orders: t.Orders + o.Orders, Returns: t.Returns + o.Returns,
		Spent: sum(t.Spent, o.Spent), Refunded: sum(t.Refunded, o.Refunded),
		First: earliest(t.First, o.First), Last: latestTime(t.Last, o.Last),
	}
}

func sum(a, b map[string]int64) map[string]int64 {
	if len(b) == 0 {
		return a
	}
	out := make(map[string]int64, len(a)+len(b))
	for _, m := range []map[string]int64{a, b} {
		for currency, amount := range m {
			out[currency] += amount
		}
	}
	return out
}
