package browsenudge

import (
	"strings"

	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

func (n nudge) message(m flow.Moment[thread.Timer], sku string) (words.Message, error) {
	voice := n.texts.In(m.Profile.Locale.Text())
	text := "seen"
	if strings.HasPrefix(m.Key, reckoner) {
		text = "reckoned"
	}
	var item words.Item
	var blocks []words.Block
	if sku != "" {
		item = showcase.Item(m.Profile, m.Facts, sku, voice.Locale())
		blocks = append(blocks, words.Items(item))
	}
	s := voice.With(map[string]any{"Name": m.Profile.FirstName(), "Product": item.Title})
	if store, ok := showcase.Store(m.Profile, m.Facts, map[string]int{sku: 1}); ok {
		blocks = append(blocks, showcase.Where(s, "stock", store, m.Facts, m.Now))
	}
	url := item.URL
	if url == "" {
		url = n.ShopURL
	}
	return s.Message(text, append(blocks, words.ButtonTo(s.Say("button"), url))...), s.Err()
}

// subjects are what the message infers an interest in.
func subjects(c *profile.Profile, key, sku string) []string {
	all := showcase.Categories(c, sku)
	if category, calculator := strings.CutPrefix(key, reckoner); calculator && category != "" {
		all = append(all, category)
	}
	if sku != "" {
		all = append(all, sku)
	}
	return all
}
