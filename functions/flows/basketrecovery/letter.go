package basketrecovery

import (
	"time"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// letter is what a reminder is written from, besides the basket.
type letter struct {
	customer *profile.Profile
	facts    catalog.Facts
	now      time.Time
}

// need asks for the stock of what is in the basket in the store the customer uses.
func (r recovery) need(c *profile.Profile, _ any) catalog.Need {
	basket, open := c.OpenBasket()
	if !open {
		return catalog.Need{}
	}
	stores := c.Stores()
	need := catalog.Need{SKUs: skus(basket), StoreIDs: stores[:min(1, len(stores))]}
	for _, store := range need.StoreIDs {
		for _, sku := range need.SKUs {
			need.Stock = append(need.Stock, catalog.StockOf{StoreID: store, SKU: sku})
		}
	}
	return need
}

func (r recovery) message(basket profile.Basket, n int, l letter) (words.Message, error) {
	voice := r.texts.In(l.customer.Locale.Text())
	key := []string{"first", "second", "third"}[min(n, 3)-1]
	s := voice.With(map[string]any{"Name": l.customer.FirstName(), "Items": len(basket.Lines) + basket.More})
	blocks := []words.Block{words.Items(items(basket, voice.Locale())...)}
	if store, ok := r.collect(basket, l); ok {
		blocks = append(blocks, words.Facts(
			words.Fact{Label: s.Say("collect"), Value: store.Name},
			words.Fact{Label: s.Say("hours"), Value: open(l, store.StoreID, voice.Locale())}))
	}
	if n >= 3 && r.Voucher != "" && l.customer.Totals.Spent[basket.Total.Currency] >= r.VIPSpent {
		blocks = append(blocks, words.Paragraph(s.Say("voucher")), words.CodeToShow(r.Voucher, false))
	}
	return s.Message(key, append(blocks, words.ButtonTo(s.Say("button"), r.URL))...), s.Err()
}

// collect returns the customer's store if it has all that is in the basket.
func (r recovery) collect(basket profile.Basket, l letter) (catalog.Store, bool) {
	stores := l.customer.Stores()
	if len(stores) == 0 || basket.More > 0 {
		return catalog.Store{}, false
	}
	for _, line := range basket.Lines {
		if stock, ok := l.facts.Stock(stores[0], line.SKU); !ok || stock.Available < line.Quantity {
			return catalog.Store{}, false
		}
	}
	return l.facts.Store(stores[0])
}

// open tells when the store is open, as far as is known.
func open(l letter, store, locale string) string {
	if hours, ok := l.facts.Hours(store); ok {
		return hours.Describe(l.now, locale)
	}
	return "–"
}

func items(basket profile.Basket, locale string) []words.Item {
	all := make([]words.Item, len(basket.Lines))
	for i, line := range basket.Lines {
		name := line.Name
		if name == "" {
			name = line.SKU
		}
		all[i] = words.Item{Title: name, Detail: line.Variant, Price: words.Money(line.Price, locale),
			ImageURL: line.ImageURL, URL: line.URL}
	}
	return all
}
