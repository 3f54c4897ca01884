// Package wording says to a customer what runs out: in a letter, or by whoever serves them at
// a till.
package wording

import (
	"time"

	"redthread.dev/functions/flows/replenish/runout"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/words"
)

// Letter shows what runs out, one thing at least, and where it can be had: in the store that the
// customer uses, and on the page of the one thing or else of the shop.
func Letter(texts words.Texts, c *profile.Profile, facts catalog.Facts, ends []runout.End, shop string, now time.Time) (words.Message, error) {
	voice := texts.In(c.Locale.Text())
	items, one := make([]words.Item, 0, len(ends)), map[string]int{}
	for _, e := range ends {
		one[e.SKU] = 1
		items = append(items, showcase.Item(c, facts, e.SKU, voice.Locale()))
	}
	text, url := "several", shop
	if len(items) == 1 {
		text = "one"
		if items[0].URL != "" {
			url = items[0].URL
		}
	}
	s := voice.With(map[string]any{"Name": c.FirstName(), "Product": items[0].Title})
	blocks := []words.Block{words.Items(items...)}
	if store, ok := showcase.Store(c, facts, one); ok {
		blocks = append(blocks, showcase.Where(s, "stock", store, facts, now))
	}
	return s.Message(text, append(blocks, words.ButtonTo(s.Say("button"), url))...), s.Err()
}
