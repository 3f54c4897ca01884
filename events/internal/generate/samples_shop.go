package main

import (
	"time"

	"redthread.dev/events"
)

// copenhagen is the shop's clock in winter.
var copenhagen = time.FixedZone("", 3600)

func storeSamples() []sample {
	return []sample{
		{source: fromApp, data: events.StoreVisited{
			Common: inStore(events.IDLoyaltyCard, events.IDDevice), StoreID: "cph-01", Via: events.ViaBeacon,
			EnteredAt: time.Date(2026, 3, 11, 16, 5, 0, 0, copenhagen), DwellS: 540, Zone: "fodtøj", PartySize: 2,
		}},
		{source: fromApp, data: events.ItemScanned{Common: inStore(events.IDLoyaltyCard), StoreID: "cph-01", SKU: "SOCK-M"}},
		{source: fromCatalog, data: events.ProductChanged{
			SKU: "BOOT-42", Name: "Fjeldstøvle Rondane", Categories: []string{"fodtøj", "vandring"}, Brand: "Rondane", Price: kroner(1299), Cost: kroner(610),
			ImageURL: "https://shop.example/images/boot-42.jpg", URL: "https://shop.example/products/boot-42", GTIN: "5701234567899", Complements: []string{"SOCK-M", "WAX-200"},
		}},
		{source: fromTill, data: events.StockChanged{StoreID: "cph-01", SKU: "BOOT-42", Available: 3, AsOf: time.Date(2026, 3, 11, 9, 0, 0, 0, copenhagen)}},
		{source: fromCatalog, data: events.StoreChanged{
			StoreID: "cph-01", Name: "Nordlys Købmagergade", Geo: events.Geo{Lat: 55.6806, Lon: 12.5772},
			Address:  events.Address{Street: "Købmagergade 12", PostalCode: "1150", City: "København K", Country: "DK"},
			TimeZone: "Europe/Copenhagen", OpeningHours: "Mo-Fr 10:00-18:00; Sa 10:00-16:00; PH off", Phone: "+4533123456", Services: []string{"click_and_collect", "resoling"},
		}},
	}
}

func orderSamples() []sample {
	return []sample{
		{source: fromWebshop, data: events.OrderPlaced{
			Common: online(events.IDEmail, events.IDCookie), OrderID: "10042", StoreID: "cph-01", BasketID: "b-7f3a",
			Lines: []events.Line{boots(1), socks(2)}, Total: kroner(1497), Tax: events.Money{Amount: 29940, Currency: "DKK"},
			Discounts: []events.Discount{{Code: "FORÅR100", Name: "Forårsrabat", Amount: kroner(100)}}, Payment: "mobilepay", Delivery: events.DeliveryCollect,
			Gift:         events.Gift{Occasion: "birthday", Recipient: "mor", Date: "2026-04-02", Message: "Tillykke!"},
			CustomerType: events.CustomerB2C,
		}},
		{source: fromTill, data: events.OrderReady{
			Common: inStore(events.IDEmail), OrderID: "10042", StoreID: "cph-01", Code: "4711", HoldUntil: time.Date(2030, 3, 19, 18, 0, 0, 0, copenhagen),
		}},
		{source: fromTill, data: events.OrderCollected{Common: inStore(events.IDEmail, events.IDLoyaltyCard), OrderID: "10042", StoreID: "cph-01"}},
		{source: fromTill, data: events.OrderReturned{
			Common: inStore(events.IDLoyaltyCard), ReturnID: "r-501", OrderID: "10042", StoreID: "cph-01",
			Lines: []events.Line{socks(1)}, Refund: kroner(149), Reason: "for små",
		}},
	}
}

func planSamples() []sample {
	return []sample{
		{source: fromPlanning, data: events.NewsletterPlanned{
			NewsletterID: "2026-w12", SendAt: time.Date(2026, 3, 18, 10, 0, 0, 0, copenhagen), Subject: "Klar til fjeldet", Slots: 6, Segment: "vandring",
		}},
		{source: fromPlanning, data: events.CataloguePlanned{
			CatalogueID: "efterår-2026", PrintAndPost: events.Money{Amount: 1450, Currency: "DKK"}, Budget: kroner(250000), DropDate: "2026-09-07",
		}},
		{source: fromPlanning, data: events.SpendRecorded{
			Common:  events.Common{Campaign: events.Campaign{Source: "google", Medium: "cpc", Name: "forår-2026"}},
			Channel: "google_ads", Amount: kroner(4200), From: "2026-03-02", To: "2026-03-08",
		}},
	}
}
