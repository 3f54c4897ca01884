package instoreassist

import (
	"net/url"

	"redthread.dev/shared/flow"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// letter is what is written from.
type letter struct {
	assist
	flow.Moment[thread.Timer]
	help
	voice words.Voice
}

func (l letter) message() (words.Message, error) {
	store, _ := l.Facts.Store(l.Key)
	data := map[string]any{"Name": l.Profile.FirstName(), "Store": store.Name, "First": "", "More": max(0, l.here-1),
		"Offer": "", "Guide": l.hasRead, "Topic": "", "Voucher": l.Voucher}
	if l.here > 0 {
		data["First"] = l.item(l.goods[0].sku).Title
	}
	if len(l.offers) > 0 {
		data["Offer"] = l.item(l.offers[0]).Title
	}
	if l.topic.SKU != "" {
		data["Topic"] = l.item(l.topic.SKU).Title
	}
	s := l.voice.With(data)
	blocks, err := l.blocks(s)
	if err != nil {
		return words.Message{}, err
	}
	label, link := "button", words.LinkWith(l.ListURL, url.Values{"store": {l.Key}})
	if l.here+len(l.offers) == 0 {
		label, link = "guide", l.guide()
	}
	blocks = append(blocks, showcase.Where(s, "store", store, l.Facts, l.Now), words.ButtonTo(s.Say(label), link))
	return s.Message("assist", blocks...), s.Err()
}

// blocks are what there is in the store: on its shelves, offered, and to read.
func (l letter) blocks(s *words.Speech) (all []words.Block, err error) {
	var goods, offers []words.Item
	for _, g := range l.goods {
		item := l.item(g.sku)
		if item.Detail, err = showcase.Shelf(l.voice, g.available); err != nil {
			return nil, err
		}
		goods = append(goods, item)
	}
	for _, sku := range l.offers {
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
	if l.topic.SKU+l.topic.Category != "" {
		all = append(all, words.Items(words.Item{Title: s.Say("guide"), URL: l.guide()}))
	}
	return all, nil
}

func (l letter) item(sku string) words.Item {
	return showcase.Item(l.Profile, l.Facts, sku, l.voice.Locale())
}

func (l letter) guide() string {
	return words.LinkWith(l.GuideURL, url.Values{"sku": {l.topic.SKU}, "category": {l.topic.Category}})
}
