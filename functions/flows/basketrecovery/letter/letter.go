// Package letter reminds a customer of what lies in their basket, and of their store, if it
// has all of it.
package letter

import (
	"cmp"
	"time"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/words"
)

// Letter is what a reminder is written from.
type Letter struct {
	Customer *profile.Profile
	Basket   profile.Basket
	Facts    catalog.Facts // what Need asks for
	Now      time.Time
	Number   int    // of the reminder, from 1; after the third they read the same
	Voucher  string // code to show; empty: none
	URL      string // of the basket
	Texts    words.Texts
}

// Need asks for the stock of what is in the basket in the store the customer uses.
func Need(c *profile.Profile) catalog.Need {
	basket, _ := c.OpenBasket()
	return showcase.Need(c, skus(basket)...)
}

// Message writes it. The error is that of a text.
func (l Letter) Message() (words.Message, error) {
	voice := l.Texts.In(l.Customer.Locale.Text())
	key := []string{"first", "second", "third"}[min(l.Number, 3)-1]
	s := voice.With(map[string]any{"Name": l.Customer.FirstName(), "Items": len(l.Basket.Lines) + l.Basket.More})
	blocks := []words.Block{words.Items(l.items(voice.Locale())...)}
	if store, ok := l.collect(); ok {
		blocks = append(blocks, showcase.Where(s, "collect", store, l.Facts, l.Now))
	}
	if l.Voucher != "" {
		blocks = append(blocks, words.Paragraph(s.Say("voucher")), words.CodeToShow(l.Voucher, false))
	}
	return s.Message(key, append(blocks, words.ButtonTo(s.Say("button"), l.URL))...), s.Err()
}

// Inferred is what the letter infers an interest in: the products, and their categories.
func (l Letter) Inferred() []string {
	all := skus(l.Basket)
	for _, line := range l.Basket.Lines {
		if line.Category != "" {
			all = append(all, line.Category)
		}
	}
	return all
}

// collect returns the customer's store if it has all that is in the basket.
func (l Letter) collect() (catalog.Store, bool) {
	quantities := map[string]int{}
	for _, line := range l.Basket.Lines {
		quantities[line.SKU] += line.Quantity
	}
	store, ok := showcase.Store(l.Customer, l.Facts, quantities)
	return store, ok && l.Basket.More == 0
}

func (l Letter) items(locale string) []words.Item {
	all := make([]words.Item, len(l.Basket.Lines))
	for i, line := range l.Basket.Lines {
		all[i] = words.Item{Title: cmp.Or(line.Name, line.SKU), Detail: line.Variant, Price: words.Money(line.Price, locale),
			ImageURL: line.ImageURL, URL: line.URL}
	}
	return all
}

func skus(b profile.Basket) []string {
	all := make([]string, len(b.Lines))
	for i, l := range b.Lines {
		all[i] = l.SKU
	}
	return all
}
