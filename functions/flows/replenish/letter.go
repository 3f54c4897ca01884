package replenish

import (
	"redthread.dev/shared/flow"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

func (r replenish) message(m flow.Moment[thread.Timer], letter []end) (words.Message, error) {
	voice := r.texts.In(m.Profile.Locale.Text())
	items, one := make([]words.Item, 0, len(letter)), map[string]int{}
	for _, e := range letter {
		one[e.sku] = 1
		items = append(items, showcase.Item(m.Profile, m.Facts, e.sku, voice.Locale()))
	}
	text, url := "several", r.ShopURL
	if len(items) == 1 {
		text = "one"
		if items[0].URL != "" {
			url = items[0].URL
		}
	}
	s := voice.With(map[string]any{"Name": m.Profile.FirstName(), "Product": items[0].Title})
	blocks := []words.Block{words.Items(items...)}
	if store, ok := showcase.Store(m.Profile, m.Facts, one); ok {
		blocks = append(blocks, showcase.Where(s, "stock", store, m.Facts, m.Now))
	}
	return s.Message(text, append(blocks, words.ButtonTo(s.Say("button"), url))...), s.Err()
}
