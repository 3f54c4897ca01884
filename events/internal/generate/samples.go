package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"redthread.dev/events"
)

// sample is one event of a Danish outdoor shop, all about one customer, her boots
// and the store she fetched them in. Samples carry no time, so that one that is
// posted today happened today.
type sample struct {
	source     string
	data       events.Data
	extensions map[string]string
}

// The systems that the samples come from.
const (
	fromWebshop   = "https://shop.example/web"
	fromApp       = "https://shop.example/app"
	fromTill      = "https://shop.example/till"
	fromCatalog   = "https://shop.example/products"
	fromPlanning  = "https://shop.example/planning"
	fromDesk      = "https://shop.example/service"
	fromMail      = "https://mail.example"
	fromRedthread = "/redthread"
)

const (
	profileID = "019ce7a4-5c10-7b3a-9d42-6f1e8a2b4c70"
	actionID  = "3f9a1c7e52d84b06"
	receiptID = "rcpt-2026-0311"
)

// made is a sample as an event and as the JSON of its data.
type made struct {
	event events.Event
	data  json.RawMessage
}

func makeSamples() (map[string]made, error) {
	all := map[string]made{}
	for _, s := range slices.Concat(customerSamples(), browsingSamples(), storeSamples(), orderSamples(), talkSamples(), planSamples(), insideSamples(), messageSamples()) {
		name := events.Short(s.data.Type())
		e, err := events.New(s.source, "sample-"+name, time.Time{}, s.data)
		if err != nil {
			return nil, err
		}
		for extension, value := range s.extensions {
			e.SetExtension(extension, value)
		}
		all[name] = made{e, e.DataEncoded}
	}
	for _, t := range events.Types() {
		if _, ok := all[events.Short(t)]; !ok {
			return nil, fmt.Errorf("no sample of %s", t)
		}
	}
	return all, nil
}

func kroner(amount int64) events.Money { return events.Money{Amount: amount * 100, Currency: "DKK"} }

func boots(quantity int) events.Line {
	return events.Line{
		SKU: "BOOT-42", Name: "Fjeldstøvle Rondane", Quantity: quantity, Price: kroner(1299), Discount: kroner(200), Category: "fodtøj", Variant: "str. 42",
		ImageURL: "https://shop.example/images/boot-42.jpg", URL: "https://shop.example/products/boot-42",
	}
}

func socks(quantity int) events.Line {
	return events.Line{
		SKU: "SOCK-M", Name: "Uldsokker Merino", Quantity: quantity, Price: kroner(149), Category: "fodtøj", Variant: "M",
		ImageURL: "https://shop.example/images/sock-m.jpg", URL: "https://shop.example/products/sock-m",
	}
}

// mette names the customer by the given identifier types.
func mette(types ...string) events.Identifiers {
	all := events.Identifiers{
		events.IDEmail: "mette.hansen@example.com", events.IDLogin: "mette-hansen", events.IDLoyaltyCard: "9578001",
		events.IDPhone: "+4520123456", events.IDCookie: "c-5e2f81", events.IDDevice: "d-90ab3c",
		events.IDInstagram: "mette.paa.fjeldet", events.IDProfile: profileID,
	}
	chosen := events.Identifiers{}
	for _, t := range types {
		chosen[t] = all[t]
	}
	return chosen
}

func online(types ...string) events.Common {
	return events.Common{Customer: mette(types...), Place: events.PlaceWeb, Locale: "da-DK", SessionID: "s-20114"}
}

func inStore(types ...string) events.Common {
	return events.Common{Customer: mette(types...), Place: events.PlaceStore, Locale: "da-DK"}
}
