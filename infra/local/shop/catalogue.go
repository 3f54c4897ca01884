package shop

import (
	"fmt"
	"strings"
	"time"

	"redthread.dev/events"
)

type product struct {
	sku, name, category string
	price               int64 // øre
}

var products = []product{
	{"YARN-ALPACA", "Alpakagarn Dis", "garn", 5900}, {"YARN-MERINO", "Merinogarn Eng", "garn", 6900},
	{"YARN-COTTON", "Bomuldsgarn Strand", "garn", 3900}, {"YARN-MOHAIR", "Mohairgarn Tåge", "garn", 8900},
	{"NEEDLE-4", "Strikkepinde 4 mm, birk", "redskaber", 7900}, {"NEEDLE-SET", "Rundpindesæt, birk", "redskaber", 64900},
	{"HOOK-SET", "Hæklenåle, bøg", "redskaber", 24900}, {"KIT-SWEATER", "Strikkekit Islandsk sweater", "kits", 89900},
	{"KIT-SOCKS", "Strikkekit Sokker", "kits", 24900}, {"KIT-BLANKET", "Strikkekit Plaid", "kits", 119900},
	{"BOWL-OAK", "Skål i eg", "træ", 44900}, {"BOARD-ASH", "Skærebræt i ask", "træ", 59900},
	{"STOOL-BEECH", "Skammel i bøg", "møbler", 149900}, {"SHELF-OAK", "Væghylde i eg", "møbler", 189900},
	{"LAMP-PINE", "Bordlampe i fyr", "lamper", 99900}, {"LAMP-OAK", "Gulvlampe i eg", "lamper", 279900},
}

type shopStore struct {
	id, name, street, postal, city, country, zone, hours string
	lat, lon                                             float64
}

var stores = []shopStore{
	{"cph-01", "Tråd & Træ Nørrebro", "Elmegade 9", "2200", "København N", "DK", "Europe/Copenhagen",
		"Mo-Fr 10:00-18:00; Sa 10:00-16:00; PH off", 55.6893, 12.5588},
	{"aar-01", "Tråd & Træ Aarhus", "Mejlgade 20", "8000", "Aarhus C", "DK", "Europe/Copenhagen",
		"Mo-Fr 10:00-17:30; Sa 10:00-15:00; PH off", 56.1594, 10.2125},
	{"mmo-01", "Tråd & Træ Malmö", "Davidshallsgatan 5", "211 45", "Malmö", "SE", "Europe/Stockholm",
		"Mo-Fr 10:00-18:30; Sa 10:00-16:00; Su 12:00-16:00; PH off", 55.6003, 12.9998},
}

// catalogue tells what there is to buy, and where.
func (s *days) catalogue() {
	at := s.Start.Add(-time.Hour)
	for _, p := range products {
		slug := strings.ToLower(p.sku)
		s.say("/catalogue", at, events.ProductChanged{
			SKU: p.sku, Name: p.name, Categories: []string{p.category}, Price: kroner(p.price), Cost: kroner(p.price * 2 / 5),
			URL: "https://traadogtrae.example/p/" + slug, ImageURL: "https://traadogtrae.example/p/" + slug + ".jpg",
		})
		for _, x := range stores {
			s.say("/stock", at, events.StockChanged{StoreID: x.id, SKU: p.sku, Available: s.between(0, 9), AsOf: at.UTC()})
		}
	}
	for _, x := range stores {
		s.say("/catalogue", at, events.StoreChanged{
			StoreID: x.id, Name: x.name, Geo: events.Geo{Lat: x.lat, Lon: x.lon}, TimeZone: x.zone, OpeningHours: x.hours,
			Address:  events.Address{Street: x.street, PostalCode: x.postal, City: x.city, Country: x.country},
			Services: []string{"click_and_collect"},
		})
	}
}

func kroner(ore int64) events.Money { return events.Money{Amount: ore, Currency: "DKK"} }

func (p product) line(n int) events.Line {
	return events.Line{SKU: p.sku, Name: p.name, Quantity: n, Price: kroner(p.price), Category: p.category,
		URL: "https://traadogtrae.example/p/" + strings.ToLower(p.sku)}
}

func total(lines []events.Line) events.Money {
	var sum int64
	for _, l := range lines {
		sum += l.Price.Amount * int64(l.Quantity)
	}
	return kroner(sum)
}

// person is a customer as the shop could not know them: all at once.
type person struct {
	n        int
	login    string // empty: never logs in
	email    string
	phone    string
	cookie   string
	locale   string
	store    shopStore
	activity float64 // chance to turn up on a day
	handle   string
}

var (
	danish  = []string{"Mette", "Søren", "Astrid", "Jens", "Freja", "Mikkel", "Karen", "Aksel", "Signe", "Ole"}
	swedish = []string{"Elsa", "Lars", "Maja", "Sven", "Ebba", "Nils", "Karin", "Oskar", "Saga", "Björn"}
	english = []string{"Emma", "Tom", "Alice", "James", "Grace", "Harry"}
)

// person makes a customer up and tells how they became known: three of four have
// an account, and of those most have agreed to mails.
func (s *days) person(n int) *person {
	p := &person{n: n, cookie: fmt.Sprintf("ck-%05d-%04x", n, s.random.IntN(1<<16)), activity: 0.15 + 0.45*s.random.Float64()}
	names := danish
	p.locale, p.store = "da-DK", stores[s.random.IntN(2)]
	switch roll := s.random.Float64(); {
	case roll < 0.25:
		names, p.locale, p.store = swedish, "sv-SE", stores[2]
	case roll < 0.35:
		names, p.locale = english, "en-GB"
	}
	name := pick(s, names)
	p.handle = fmt.Sprintf("%s.%d", strings.ToLower(name), n)
	if s.random.Float64() < 0.25 {
		return p
	}
	at := s.Start.Add(-time.Duration(s.between(1, 55)) * time.Minute)
	p.login = fmt.Sprintf("kunde-%05d", n)
	p.email, p.phone = fmt.Sprintf("%s.%d@kunder.example", ascii(name), n), fmt.Sprintf("+4520%06d", n)
	s.say("/accounts", at, events.CustomerSignedUp{Common: p.common(events.PlaceWeb, true), Source: "account",
		Traits: events.Traits{events.TraitFirstName: name, events.TraitStore: p.store.id, events.TraitTimeZone: p.store.zone,
			events.TraitGeo: p.home()}})
	for _, c := range consents {
		s.say("/accounts", at.Add(time.Second), events.ConsentChanged{Common: p.common(events.PlaceWeb, true), Channel: c.channel,
			Purpose: events.PurposeMarketing, Granted: float64(n*7919%1000)/1000 < c.share, Text: "Ja tak til nyt fra Tråd & Træ", Version: "2026-03"})
	}
	return p
}

// home is within some kilometres of the store that they use.
func (p *person) home() string {
	return fmt.Sprintf("%.4f,%.4f", p.store.lat+float64(p.n%7-3)/100, p.store.lon+float64(p.n%5-2)/50)
}

// consents are the shares of account holders who agree to be reached in a channel.
var consents = []struct {
	channel events.ConsentChannel
	share   float64
}{{events.ConsentEmail, 0.8}, {events.ConsentAds, 0.55}, {events.ConsentSMS, 0.6}}

func (p *person) common(place events.Place, loggedIn bool) events.Common {
	who := events.Identifiers{}
	if place == events.PlaceWeb {
		who["cookie"] = p.cookie
	}
	if loggedIn && p.login != "" {
		who["login"], who["email"], who["phone"] = p.login, p.email, p.phone
	}
	return events.Common{Customer: who, Place: place, Locale: p.locale}
}

func ascii(name string) string {
	return strings.NewReplacer("ø", "oe", "å", "aa", "æ", "ae", "ö", "o", "ä", "a").Replace(strings.ToLower(name))
}
