package shop

import (
	"fmt"
	"time"

	"redthread.dev/events"
)

// day is what one customer does on one day: look around, and then, with some
// luck, more.
func (s *days) day(p *person, morning time.Time) {
	at := morning.Add(7 * time.Hour).Add(s.minutes(0, 14*60))
	switch roll := s.random.Float64(); {
	case roll < 0.35:
		s.browse(p, at)
	case roll < 0.75:
		s.shop(p, at)
	case roll < 0.88:
		s.visit(p, morning)
	case roll < 0.93:
		s.mention(p, at)
	default:
		s.collect(p, at)
	}
}

// newsletter is planned for all.
func (s *days) newsletter() {
	at := s.Start.AddDate(0, 0, s.Days/2).Add(17 * time.Hour)
	s.say("/planning", s.Start.Add(8*time.Hour), events.NewsletterPlanned{NewsletterID: at.Format(time.DateOnly), SendAt: at.UTC(),
		Subject: "Nyt fra Tråd & Træ", Slots: 4})
}

// browse is a few pages and out.
func (s *days) browse(p *person, at time.Time) time.Time {
	common := p.common(events.PlaceWeb, s.random.Float64() < 0.6)
	common.SessionID = fmt.Sprintf("s-%d-%d", p.n, at.Unix())
	favourite := pick(s, products)
	for range s.between(2, 6) {
		at = at.Add(s.minutes(1, 4))
		x := favourite
		if s.random.Float64() < 0.4 {
			x = pick(s, products)
		}
		s.say("/web", at, events.ProductViewed{Common: common, SKU: x.sku, Name: x.name, Category: x.category, Price: kroner(x.price)})
	}
	return at
}

// shop fills a basket; half of them are left behind, and half of those are fetched
// later.
func (s *days) shop(p *person, at time.Time) {
	at = s.browse(p, at)
	common := p.common(events.PlaceWeb, true)
	basket := fmt.Sprintf("b-%d-%d", p.n, at.Unix())
	var lines []events.Line
	for range s.between(1, 3) {
		at = at.Add(s.minutes(1, 6))
		lines = append(lines, pick(s, products).line(s.between(1, 2)))
		s.say("/web", at, events.BasketUpdated{Common: common, BasketID: basket, Lines: lines, Total: total(lines)})
	}
	switch roll := s.random.Float64(); {
	case roll < 0.45:
		s.order(p, at.Add(s.minutes(2, 12)), basket, lines)
	case roll < 0.65:
		s.order(p, at.Add(s.minutes(90, 30*60)), basket, lines)
	case roll < 0.7:
		s.say("/web", at.Add(s.minutes(5, 50)), events.BasketUpdated{Common: common, BasketID: basket, Total: kroner(0)})
	}
}

func (s *days) order(p *person, at time.Time, basket string, lines []events.Line) {
	o := events.OrderPlaced{Common: p.common(events.PlaceWeb, true), OrderID: fmt.Sprint(10000 + s.next()), BasketID: basket,
		Lines: lines, Total: total(lines), Payment: "card", Delivery: events.DeliveryShip}
	o.Place = events.PlaceWeb
	s.say("/web", at, o)
}

// visit is a walk through a store, on a day when it is open; some buy.
func (s *days) visit(p *person, morning time.Time) {
	if morning.Weekday() == time.Sunday {
		return
	}
	s.browse(p, morning.Add(7*time.Hour).Add(s.minutes(0, 90)))
	at := morning.Add(10 * time.Hour).Add(s.minutes(5, 5*60))
	via := events.ViaBeacon
	if p.login != "" && p.n%2 == 0 { // the others have the shop's app, too, which hears the beacon by the door
		via = events.ViaLoyaltyCard
	}
	common := p.common(events.PlaceStore, true)
	common.Customer["cookie"] = p.cookie // the shop's app is there
	s.say("/stores", at, events.StoreVisited{Common: common, StoreID: p.store.id, Via: via, DwellS: int64(s.between(120, 2400))})
	if s.random.Float64() < 0.4 {
		lines := []events.Line{pick(s, products).line(1)}
		s.say("/tills", at.Add(s.minutes(5, 30)), events.OrderPlaced{Common: common, OrderID: fmt.Sprint(10000 + s.next()),
			StoreID: p.store.id, Lines: lines, Total: total(lines), Payment: "card", Delivery: events.DeliveryCarriedOut})
	}
}

// collect is an order that waits in the store; most are fetched, and of the others some call about it.
func (s *days) collect(p *person, at time.Time) {
	lines := []events.Line{pick(s, products).line(1)}
	id := fmt.Sprint(10000 + s.next())
	o := events.OrderPlaced{Common: p.common(events.PlaceWeb, true), OrderID: id, StoreID: p.store.id, Lines: lines,
		Total: total(lines), Payment: "card", Delivery: events.DeliveryCollect}
	s.say("/web", at, o)
	ready := at.Add(s.minutes(30, 180))
	s.say("/stores", ready, events.OrderReady{Common: p.common(events.PlaceStore, true), OrderID: id, StoreID: p.store.id,
		Code: fmt.Sprint(s.between(1000, 9999)), HoldUntil: ready.Add(7 * 24 * time.Hour).UTC()})
	if s.random.Float64() < 0.7 {
		s.say("/stores", ready.Add(s.minutes(60, 40*60)), events.OrderCollected{Common: p.common(events.PlaceStore, true),
			OrderID: id, StoreID: p.store.id})
		return
	}
	if s.random.Float64() < 0.5 {
		s.say("/service", ready.Add(s.minutes(60, 40*60)), events.ServiceContacted{Common: p.common(events.PlacePhone, true),
			ContactID: "call-" + id, Channel: events.ServicePhone, Topic: "collection", OrderID: id})
	}
}

// mention is a word in public, good or bad.
func (s *days) mention(p *person, at time.Time) {
	said := pick(s, posts[p.locale[:2]])
	platform := pick(s, []string{"instagram", "facebook", "x"})
	common := p.common(events.PlaceSocial, true)
	common.Customer[platform] = p.handle
	id := fmt.Sprintf("%s-%d-%d", platform, p.n, at.Unix())
	s.say("/social", at, events.SocialMentioned{Common: common, Platform: platform, PostID: id,
		Handle: p.handle, Text: said.text, Reach: int64(s.between(20, 20000)), URL: "https://social.example/" + id})
	if said.bad && s.random.Float64() < 0.6 {
		s.say("/service", at.Add(s.minutes(30, 20*60)), events.ServiceResolved{Common: p.common(events.PlaceSocial, true),
			TicketID: id, Resolution: "answered", CSAT: s.between(2, 5), Minutes: float64(s.between(4, 30))})
	}
}

type post struct {
	text string
	bad  bool
}

var posts = map[string][]post{
	"da": {
		{"Elendig service i butikken i dag, ingen ville hjælpe 😡", true},
		{"Pakken kom to uger for sent, og garnet var i stykker. Meget skuffet!", true},
		{"Dejligt garn og virkelig sød betjening ❤️", false},
		{"Åbner I også søndag?", false},
	},
	"sv": {
		{"Otroligt dålig kundtjänst, de svarar aldrig på mejl 😠", true},
		{"Stickorna gick sönder efter en dag. Riktigt besviken.", true},
		{"Vilken underbar butik, så glad för min nya lampa!", false},
		{"Har ni öppet på lördag?", false},
	},
	"en": {
		{"Terrible experience, my order never arrived and nobody answers.", true},
		{"Love the new yarn, so soft and lovely!", false},
		{"Do you ship to Norway?", false},
	},
}
