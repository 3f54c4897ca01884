package town

import (
	"fmt"
	"strings"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
)

type product struct {
	sku, name, category string
	price               int64 // øre
}

var categories = []string{"pleje", "garn", "redskaber", "træ", "lamper", "baby"}

// consumables is how many of the products, the first ones, are used up.
const consumables = 10

// products are ten of each category.
var products = func() (all []product) {
	for _, c := range categories {
		for i := range 10 {
			all = append(all, product{fmt.Sprintf("%s-%d", strings.ToUpper(c), i), fmt.Sprint(c, " ", i), c, int64(1+i) * 4900})
		}
	}
	return all
}()

// product is one that the person may look at: mostly of the category they care for.
func (p *Person) product() product {
	c := p.category
	if p.chance(0.3) {
		c = p.random.IntN(len(categories))
	}
	return products[c*10+p.random.IntN(10)]
}

func (p product) line(n int) events.Line {
	return events.Line{SKU: p.sku, Name: p.name, Quantity: n, Price: money(p.price), Category: p.category}
}

func money(ore int64) events.Money { return events.Money{Amount: ore, Currency: "DKK"} }

func total(lines []events.Line) (sum events.Money) {
	sum = money(0)
	for _, l := range lines {
		sum.Amount += l.Price.Amount * int64(l.Quantity)
	}
	return sum
}

// Facts are the town's shops, and what there is to buy in them.
func Facts() catalog.Facts {
	var all []catalog.Product
	var stock []catalog.Stock
	stores := []catalog.Store{
		{StoreID: "cph-01", Name: "Nørrebro", Geo: events.Geo{Lat: 55.6893, Lon: 12.5588}, Address: events.Address{Country: "DK"}, TimeZone: "Europe/Copenhagen"},
		{StoreID: "hel-01", Name: "Kallio", Geo: events.Geo{Lat: 60.1841, Lon: 24.9497}, Address: events.Address{Country: "FI"}, TimeZone: "Europe/Helsinki"},
		{StoreID: "lon-01", Name: "Hackney", Geo: events.Geo{Lat: 51.5450, Lon: -0.0553}, Address: events.Address{Country: "GB"}, TimeZone: "Europe/London"},
	}
	for i := range stores {
		stores[i].OpeningHours = "Mo-Sa 10:00-18:00"
	}
	for i, p := range products {
		x := catalog.Product{SKU: p.sku, Name: p.name, Categories: []string{p.category}, Price: money(p.price), Cost: money(p.price * 2 / 5), URL: "https://traadogtrae.example/p/" + p.sku}
		if i < consumables {
			x.Consumable.TypicalDays = 30
		}
		all = append(all, x)
		for j, s := range stores {
			stock = append(stock, catalog.Stock{StoreID: s.StoreID, SKU: p.sku, Available: (i + j) % 7})
		}
	}
	return catalog.NewFacts(all, stores, stock)
}
