package basketrecovery

import (
	"time"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
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
	basket, _ := c.OpenBasket()
	return showcase.Need(c, skus(basket)...)
}

func (r recovery) message(basket profile.Basket, n int, l letter) (words.Message, error) {
	voice := r.texts.In(l.customer.Locale.Text())
	key := []string{"first", "second", "third"}[min(n, 3)-1]
	s := voice.With(map[string]any{"Name": l.customer.FirstName(), "Items": len(basket.Lines) + basket.More})
	blocks := []words.Block{words.Items(items(basket, voice.Locale())...)}
	if store, ok := r.collect(basket, l); ok {
		blocks = append(blocks, showcase.Where(s, "collect", store, l.facts, l.now))
	}
	if n >= 3 && r.Voucher != "" && l.customer.Totals.Net(basket.Total.Currency) >= r.VIPSpent {
		blocks = append(blocks, words.Paragraph(s.Say("voucher")), words.CodeToShow(r.Voucher, false))
	}
	return s.Message(key, append(blocks, words.ButtonTo(s.Say("button"), r.URL))...), s.Err()
}

// collect returns the customer's store if it has all that is in the basket.
func (r recovery) collect(basket profile.Basket, l letter) (catalog.Store, bool) {
	quantities := map[string]int{}
	for _, line := range basket.Lines {
		quantities[line.SKU] += line.Quantity
	}
	store, ok := showcase.Store(l.customer, l.facts, quantities)
	return store, ok && basket.More == 0
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
