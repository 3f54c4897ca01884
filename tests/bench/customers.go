package main

import (
	"context"
	"fmt"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// populate makes n customers with a usual history, about 3 KB each.
func (w *work) populate(n int) error {
	if !w.store {
		return nil
	}
	s, err := store.Open(context.Background(), "sqlite:"+w.base)
	if err != nil {
		return err
	}
	defer s.Close()
	var writes []store.Write
	for i := range n {
		mine, err := customer(i)
		if err != nil {
			return err
		}
		if writes = append(writes, mine...); len(writes)+4 > store.MaxWrites || i == n-1 {
			if err := s.Commit(context.Background(), writes...); err != nil {
				return err
			}
			writes = nil
		}
	}
	return nil
}

// customer folds a customer's past: signed up, agreed to mails, looked at ten
// products, bought twice, and left a basket.
func customer(i int) ([]store.Write, error) {
	p := profile.Profile{ID: id(i)}
	who := events.Common{Customer: events.Identifiers{"login": fmt.Sprintf("kunde-%06d", i), "email": fmt.Sprintf("%d@kunder.example", i)},
		Place: events.PlaceWeb, Locale: "da-DK"}
	past := []events.Data{
		events.CustomerSignedUp{Common: who, Traits: events.Traits{"first_name": "Mette"}},
		events.ConsentChanged{Common: who, Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: true},
	}
	for k := range 10 {
		past = append(past, events.ProductViewed{Common: who, SKU: fmt.Sprintf("SKU-%03d", (i+k)%500), Name: "Strikkepinde, birk", Category: "redskaber", Price: kroner(7900)})
	}
	for k := range 2 {
		past = append(past, events.OrderPlaced{Common: who, OrderID: fmt.Sprintf("%d-%d", i, k), Lines: lines(i), Total: kroner(15800), Delivery: events.DeliveryShip})
	}
	past = append(past, events.BasketUpdated{Common: who, BasketID: fmt.Sprintf("b-%d", i), Lines: lines(i), Total: kroner(15800)})
	for k, d := range past {
		e, err := events.New("/past", fmt.Sprintf("%d-%d", i, k), now.Add(time.Duration(k-60)*time.Minute), d)
		if err != nil {
			return nil, err
		}
		data, err := events.Parse(e)
		if err != nil {
			return nil, err
		}
		profile.Fold(&p, e, data)
	}
	w, err := profile.Write(p, 0)
	if err != nil {
		return nil, err
	}
	writes := []store.Write{w}
	for idType, value := range who.Customer {
		one, err := profile.WriteIdentity(rules.IdentityKey(profile.NameOf(idType, value)), profile.Identity{Profile: p.ID}, 0)
		if err != nil {
			return nil, err
		}
		writes = append(writes, one)
	}
	return writes, nil
}

// event is what happens to the i-th customer in a row's requests.
func event(row string, i int) events.Event {
	who := events.Common{Customer: events.Identifiers{"login": fmt.Sprintf("kunde-%06d", i)}, Place: events.PlaceWeb}
	var d events.Data
	switch row {
	case "nothing":
		d = events.BasketUpdated{Common: who, BasketID: "b", Lines: lines(i), Total: kroner(15800)}
	case "idle":
		d = events.OrderPlaced{Common: who, OrderID: fmt.Sprint(i), Lines: lines(i), Total: kroner(15800), Delivery: events.DeliveryShip}
	case "act":
		d = events.BasketAbandoned{Common: who, BasketID: fmt.Sprintf("b-%d", i), Lines: lines(i), Total: kroner(15800)}
	default:
		d = events.ProductViewed{Common: who, SKU: "SKU-1", Name: "Strikkepinde, birk", Category: "redskaber", Price: kroner(7900)}
	}
	e, err := events.New("/bench", fmt.Sprintf("%s-%d", row, i), now.Add(-time.Minute), d)
	if err != nil {
		panic(err)
	}
	if row == "collect" {
		return e
	}
	return events.Resolved(e, id(i))
}

func lines(i int) []events.Line {
	return []events.Line{
		{SKU: fmt.Sprintf("SKU-%03d", i%500), Name: "Alpakagarn Dis", Quantity: 1, Price: kroner(7900), Category: "garn"},
		{SKU: fmt.Sprintf("SKU-%03d", (i+7)%500), Name: "Strikkepinde, birk", Quantity: 1, Price: kroner(7900), Category: "redskaber"},
	}
}

func kroner(ore int64) events.Money { return events.Money{Amount: ore, Currency: "DKK"} }
