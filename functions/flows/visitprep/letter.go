package visitprep

import (
	"cmp"
	"net/url"
	"slices"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// rows is how many stores are shown with what they have.
const rows = 3

func (p prep) letter(m flow.Moment[thread.Timer], step, sku string, near []catalog.Nearby) (words.Message, error) {
	voice := p.texts.In(m.Profile.Locale.Text())
	var item words.Item
	var blocks []words.Block
	candidates := near
	if sku != "" {
		item = showcase.Item(m.Profile, m.Facts, sku, voice.Locale())
		candidates = having(near, m.Facts, sku)
		stock, err := shelves(voice, near, m.Facts, sku)
		if err != nil {
			return words.Message{}, err
		}
		blocks = append(blocks, words.Items(item), stock)
	}
	next := showcase.OpenNext(candidates, m.Facts, m.Now)
	label, link := p.button(next.Store, item, sku)
	data := map[string]any{"Name": m.Profile.FirstName(), "Product": item.Title, "Store": next.Store.Name, "Hours": "", "Collect": "", "Way": ""}
	if hours, ok := m.Facts.Hours(next.Store.StoreID); ok {
		data["Hours"] = hours.Describe(m.Now, voice.Locale())
	}
	if next.Metres > 0 {
		data["Way"] = words.Distance(next.Metres, voice.Locale())
	}
	if label == "collect" {
		data["Collect"] = link
	}
	s := voice.With(data)
	facts := []words.Fact{{Label: s.Say("next"), Value: showcase.Address(next.Store)}}
	if data["Hours"] != "" {
		facts = append(facts, words.Fact{Label: s.Say("hours"), Value: s.Say("open")})
	}
	if next.Metres > 0 {
		facts = append(facts, words.Fact{Label: s.Say("distance"), Value: s.Say("way")})
	}
	return s.Message(step, append(blocks, words.Facts(facts...), words.ButtonTo(s.Say(label), link))...), s.Err()
}

// shelves says how many of a product the stores have, those that have it first.
func shelves(voice words.Voice, near []catalog.Nearby, facts catalog.Facts, sku string) (words.Block, error) {
	near = slices.Clone(near)
	slices.SortStableFunc(near, func(a, b catalog.Nearby) int {
		return -cmp.Compare(min(1, available(a, facts, sku)), min(1, available(b, facts, sku)))
	})
	var all []words.Fact
	for _, x := range near[:min(rows, len(near))] {
		shelf, err := showcase.Shelf(voice, available(x, facts, sku))
		if err != nil {
			return words.Block{}, err
		}
		all = append(all, words.Fact{Label: x.Store.Name, Value: shelf})
	}
	return words.Facts(all...), nil
}

// button leads to click and collect in a store that offers it, else to the product or the shop.
func (p prep) button(s catalog.Store, item words.Item, sku string) (label, link string) {
	switch {
	case sku != "" && slices.Contains(s.Services, "click_and_collect"):
		return "collect", words.LinkWith(p.CollectURL, url.Values{"sku": {sku}, "store": {s.StoreID}})
	case item.URL != "":
		return "product", item.URL
	}
	return "shop", p.ShopURL
}
