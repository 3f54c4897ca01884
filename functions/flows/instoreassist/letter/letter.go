// Package letter says to a customer what of the store they are in is of help to them.
package letter

import (
	"net/url"
	"time"

	"redthread.dev/functions/flows/instoreassist/shelves"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/words"
)

// Letter is what is written from.
type Letter struct {
	shelves.Help
	Customer *profile.Profile
	Facts    catalog.Facts // those that the help was found by
	Now      time.Time
	Store    string
	Voucher  string // code for the till; empty: none
	ListURL  string // of what is in a store
	GuideURL string
	Voice    words.Voice
}

// Message writes it. The error is that of a text.
func (l Letter) Message() (words.Message, error) {
	store, _ := l.Facts.Store(l.Store)
	data := map[string]any{"Name": l.Customer.FirstName(), "Store": store.Name, "First": "", "More": max(0, l.Here-1),
		"Offer": "", "Guide": l.HasRead, "Topic": "", "Voucher": l.Voucher}
	if l.Here > 0 {
		data["First"] = l.item(l.Goods[0].SKU).Title
	}
	if len(l.Offers) > 0 {
		data["Offer"] = l.item(l.Offers[0]).Title
	}
	if l.Topic.SKU != "" {
		data["Topic"] = l.item(l.Topic.SKU).Title
	}
	s := l.Voice.With(data)
	blocks, err := l.blocks(s)
	if err != nil {
		return words.Message{}, err
	}
	label, link := "button", words.LinkWith(l.ListURL, url.Values{"store": {l.Store}})
	if l.Here+len(l.Offers) == 0 {
		label, link = "guide", l.guide()
	}
	blocks = append(blocks, showcase.Where(s, "store", store, l.Facts, l.Now), words.ButtonTo(s.Say(label), link))
	return s.Message("assist", blocks...), s.Err()
}

// blocks are what there is in the store: on its shelves, offered, and to read.
func (l Letter) blocks(s *words.Speech) (all []words.Block, err error) {
	var goods, offers []words.Item
	for _, g := range l.Goods {
		item := l.item(g.SKU)
		if item.Detail, err = showcase.Shelf(l.Voice, g.Available); err != nil {
			return nil, err
		}
		goods = append(goods, item)
	}
	for _, sku := range l.Offers {
		offers = append(offers, l.item(sku))
	}
	if len(goods) > 0 {
		all = append(all, words.Items(goods...))
	}
	if len(offers) > 0 {
		all = append(all, words.Paragraph(s.Say("offers")), words.Items(offers...))
	}
	if l.Voucher != "" {
		all = append(all, words.Paragraph(s.Say("voucher")), words.CodeToShow(l.Voucher, true))
	}
	if l.Topic.SKU+l.Topic.Category != "" {
		all = append(all, words.Items(words.Item{Title: s.Say("guide"), URL: l.guide()}))
	}
	return all, nil
}

func (l Letter) item(sku string) words.Item {
	return showcase.Item(l.Customer, l.Facts, sku, l.Voice.Locale())
}

func (l Letter) guide() string {
	return words.LinkWith(l.GuideURL, url.Values{"sku": {l.Topic.SKU}, "category": {l.Topic.Category}})
}
