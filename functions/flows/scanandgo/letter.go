package scanandgo

import (
	"redthread.dev/shared/flow"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/together"
	"redthread.dev/shared/words"
)

func message[T any](g guide, m flow.Moment[T], store string, found together.Match) (words.Message, error) {
	voice := g.texts.In(m.Profile.Locale.Text())
	item := showcase.Item(m.Profile, m.Facts, found.SKU, voice.Locale())
	text := "often"
	if found.Times == 0 {
		text = "fits"
	}
	at, _ := m.Facts.Store(store)
	with, _ := m.Facts.Product(found.With)
	if with.Name == "" {
		with.Name = found.With
	}
	s := voice.With(map[string]any{"Product": item.Title, "With": with.Name, "Price": item.Price, "Store": at.Name})
	url := item.URL
	if url == "" {
		url = g.ShopURL
	}
	return s.Message(text, words.Items(item), words.ButtonTo(s.Say("button"), url)), s.Err()
}
