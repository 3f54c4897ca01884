package knative

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"redthread.dev/events"
)

// tale is what happens to somebody, and what a flow has to do about it.
type tale struct {
	flow   string
	who    *customer
	events []events.Event
	comes  outcome
}

// outcome is one step of a flow, carried out in a channel.
type outcome struct {
	step    string // or how it begins
	key     string // what it is about, where the customer's name does not tell
	channel string
	kind    string   // what comes to the office
	says    []string // in it
	times   int      // how often it comes there; 0: once
	tells   string   // why the flow tells something itself when it is done, if it does
}

// day is what tales are counted in that take months.
const day = 24 * time.Hour

// scene is what a run's tales have in common: goods and plans that no other run knows, and
// a store that is always open, far from those of other tests.
type scene struct {
	t    *testing.T
	shop *customer // who says what is known of the goods
}

const storeID = "aar-01"

// of is a name of this run.
func (s scene) of(name string) string { return name + "-" + strings.TrimPrefix(s.shop.name, "mette-") }

func kroner(n int64) events.Money { return events.Money{Amount: n * 100, Currency: "DKK"} }

// goods is what the shop has, and where.
func (s scene) goods() []events.Event {
	soap := &events.ProductChanged{SKU: s.of("SOAP"), Name: "Soap " + s.of("SOAP"), Categories: []string{s.of("soaps")}, Price: kroner(129)}
	soap.Consumable.TypicalDays = 30
	return []events.Event{
		s.shop.says(&events.StoreChanged{StoreID: storeID, Name: "Traad & Trae Aarhus", Geo: events.Geo{Lat: 56.1594, Lon: 10.2125},
			Address: events.Address{Street: "Mejlgade 20", PostalCode: "8000", City: "Aarhus C", Country: "DK"}, TimeZone: "Europe/Copenhagen", OpeningHours: "24/7"}),
		s.shop.says(soap),
		s.shop.says(&events.ProductChanged{SKU: s.of("LAMP"), Name: "Lamp " + s.of("LAMP"), Categories: []string{"lamper"}, Price: kroner(2799)}),
		s.shop.says(&events.ProductChanged{SKU: s.of("YARN"), Name: "Yarn " + s.of("YARN"), Price: kroner(59), Complements: []string{s.of("NEEDLES")}}),
		s.shop.says(&events.ProductChanged{SKU: s.of("NEEDLES"), Name: "Needles " + s.of("NEEDLES"), Price: kroner(89)}),
		s.shop.says(&events.StockChanged{StoreID: storeID, SKU: s.of("SOAP"), Available: 9, AsOf: time.Now().UTC()}),
		s.shop.says(&events.StockChanged{StoreID: storeID, SKU: s.of("LAMP"), Available: 2, AsOf: time.Now().UTC()}),
		s.shop.says(&events.StockChanged{StoreID: storeID, SKU: s.of("NEEDLES"), Available: 5, AsOf: time.Now().UTC()}),
	}
}

// looks are looks at the lamp, so long ago.
func (s scene) looks(c *customer, ago ...time.Duration) (all []events.Event) {
	for _, a := range ago {
		all = append(all, c.said(a, &events.ProductViewed{Common: c.known(), SKU: s.of("LAMP"), Name: "Lamp " + s.of("LAMP"), Category: "lamper", Price: kroner(2799)}))
	}
	return all
}

func (c *customer) page(ago time.Duration, kind events.PageKind, category string) events.Event {
	return c.said(ago, &events.PageViewed{Common: c.known(), Kind: kind, Category: category})
}

// orders is an order of one thing; n tells it from others of the customer.
func (c *customer) orders(ago time.Duration, n int, line events.Line, gift events.Gift) events.Event {
	order := &events.OrderPlaced{Common: c.known(), OrderID: fmt.Sprintf("o-%d-%s", n, c.name), Lines: []events.Line{line},
		Total: line.Price, Delivery: events.DeliveryShip, Gift: gift}
	order.Place = events.PlaceWeb
	return c.said(ago, order)
}

func one(sku string, price events.Money) events.Line {
	return events.Line{SKU: sku, Quantity: 1, Price: price}
}
