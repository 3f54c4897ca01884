// Package letter shows a customer what they kept coming back to, and where it can be had.
package letter

import (
	"time"

	"redthread.dev/functions/flows/browsenudge/topic"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/words"
)

// Write writes about a topic. It leads to the page of the topic's product, or else to the shop.
func Write(texts words.Texts, c *profile.Profile, facts catalog.Facts, about topic.Topic, shop string, now time.Time) (words.Message, error) {
	voice := texts.In(c.Locale.Text())
	text := "seen"
	if _, calculator := about.Calculator(); calculator {
		text = "reckoned"
	}
	sku := about.Product(c)
	var item words.Item
	var blocks []words.Block
	if sku != "" {
		item = showcase.Item(c, facts, sku, voice.Locale())
		blocks = append(blocks, words.Items(item))
	}
	s := voice.With(map[string]any{"Name": c.FirstName(), "Product": item.Title})
	if store, ok := showcase.Store(c, facts, map[string]int{sku: 1}); ok {
		blocks = append(blocks, showcase.Where(s, "stock", store, facts, now))
	}
	url := item.URL
	if url == "" {
		url = shop
	}
	return s.Message(text, append(blocks, words.ButtonTo(s.Say("button"), url))...), s.Err()
}
