package main

import "redthread.dev/events"

func customerSamples() []sample {
	return []sample{
		{source: fromWebshop, data: events.CustomerIdentified{Common: online(events.IDEmail, events.IDLogin, events.IDCookie), How: events.HowLogin}},
		{source: fromWebshop, data: events.CustomerSignedUp{
			Common: online(events.IDEmail, events.IDPhone, events.IDLoyaltyCard, events.IDCookie), Interests: []string{"vandring", "fodtøj"}, Source: "checkout",
			Traits: events.Traits{
				events.TraitFirstName: "Mette", events.TraitLastName: "Hansen", events.TraitBirthday: "1984-05-17",
				events.TraitPostalCode: "2200", events.TraitCity: "København N", events.TraitCountry: "DK",
				events.TraitTimeZone: "Europe/Copenhagen", events.TraitGeo: "55.6911,12.5512",
			},
		}},
		{source: fromWebshop, data: events.CustomerUpdated{
			Common: online(events.IDLogin), Traits: events.Traits{events.TraitStore: "cph-01", "shoe_size": 42}, Answers: events.Traits{"hikes_where": []string{"Norge", "Sverige"}},
		}},
		{source: fromWebshop, data: events.ConsentChanged{
			Common: online(events.IDEmail), Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: true,
			Text: "Ja tak, send mig tilbud og inspiration på e-mail. Jeg kan altid afmelde mig igen.", Version: "2026-01",
			Evidence: events.Evidence{IPHash: "9c1185a5c5e9fc54", Form: "checkout"},
		}},
		{source: fromDesk, data: events.ErasureRequested{
			Common: events.Common{Customer: mette(events.IDEmail)}, RequestedBy: events.RequestedByCustomer, Reason: "handler der ikke mere", ReplyTo: "mette.hansen@example.com",
		}},
		{source: fromDesk, data: events.ExportRequested{
			Common: events.Common{Customer: mette(events.IDEmail)}, RequestedBy: events.RequestedByAgent, ReplyTo: "mette.hansen@example.com",
		}},
	}
}

func browsingSamples() []sample {
	campaign := events.Campaign{Source: "newsletter", Medium: "email", Name: "forår-2026"}
	page := events.Page{URL: "https://shop.example/products/boot-42", Referrer: "https://shop.example/fodtoej", Title: "Fjeldstøvle Rondane"}
	onPage := online(events.IDCookie)
	onPage.Campaign, onPage.Page = campaign, page
	app := events.Common{Customer: mette(events.IDLogin, events.IDDevice), Place: events.PlaceApp, Locale: "da-DK"}
	lines := []events.Line{boots(1), socks(2)}
	return []sample{
		{source: fromWebshop, data: events.PageViewed{Common: onPage, Kind: events.PageProduct, SKU: "BOOT-42", Category: "fodtøj", DwellMS: 48200}},
		{source: fromWebshop, data: events.ProductViewed{
			Common: onPage, SKU: "BOOT-42", Name: "Fjeldstøvle Rondane", Category: "fodtøj", Price: kroner(1299), Variant: "str. 42",
		}},
		{source: fromWebshop, data: events.BasketUpdated{Common: online(events.IDEmail, events.IDCookie), BasketID: "b-7f3a", Lines: lines, Total: kroner(1597), StoreID: "cph-01"}},
		{source: fromWebshop, data: events.BasketAbandoned{Common: online(events.IDEmail, events.IDCookie), BasketID: "b-7f3a", Lines: lines, Total: kroner(1597), Step: "delivery"}},
		{source: fromApp, data: events.AppOpened{Common: app, Version: "5.2.1", Screen: "home"}},
	}
}
