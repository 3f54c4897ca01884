// Package letter tells a customer where the store is that has what they looked at, when it is
// open, and how many there are.
package letter

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"redthread.dev/functions/flows/visitprep/shelves"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// rows is how many stores are shown with what they have.
const rows = 3

// Letter is what is written from.
type Letter struct {
	Customer   *profile.Profile
	Facts      catalog.Facts // those that the shelves were looked at by
	Now        time.Time
	Shelves    shelves.Shelves // of one store at least, which has the product, if it is about one
	CollectURL string          // of click and collect
	ShopURL    string
	Voice      words.Voice
}

// Message writes it for a step, the key of its subject. The error is that of a text.
func (l Letter) Message(step string) (words.Message, error) {
	var item words.Item
	var blocks []words.Block
	candidates := l.Shelves.Stores
	if sku := l.Shelves.SKU; sku != "" {
		item = showcase.Item(l.Customer, l.Facts, sku, l.Voice.Locale())
		candidates = l.Shelves.Having()
		stock, err := l.stock()
		if err != nil {
			return words.Message{}, err
		}
		blocks = append(blocks, words.Items(item), stock)
	}
	next := showcase.OpenNext(candidates, l.Facts, l.Now)
	label, link := l.button(next.Store, item)
	data := map[string]any{"Name": l.Customer.FirstName(), "Product": item.Title, "Store": next.Store.Name, "Hours": "", "Collect": "", "Way": ""}
	if hours, ok := l.Facts.Hours(next.Store.StoreID); ok {
		data["Hours"] = hours.Describe(l.Now, l.Voice.Locale())
	}
	if next.Metres > 0 {
		data["Way"] = words.Distance(next.Metres, l.Voice.Locale())
	}
	if label == "collect" {
		data["Collect"] = link
	}
	s := l.Voice.With(data)
	facts := []words.Fact{{Label: s.Say("next"), Value: showcase.Address(next.Store)}}
	if data["Hours"] != "" {
		facts = append(facts, words.Fact{Label: s.Say("hours"), Value: s.Say("open")})
	}
	if next.Metres > 0 {
		facts = append(facts, words.Fact{Label: s.Say("distance"), Value: s.Say("way")})
	}
	return s.Message(step, append(blocks, words.Facts(facts...), words.ButtonTo(s.Say(label), link))...), s.Err()
}

// stock says how many of the product the stores have, those that have it first.
func (l Letter) stock() (words.Block, error) {
	near := slices.Clone(l.Shelves.Stores)
	slices.SortStableFunc(near, func(a, b catalog.Nearby) int {
		return -cmp.Compare(min(1, l.Shelves.Available(a)), min(1, l.Shelves.Available(b)))
	})
	var all []words.Fact
	for _, x := range near[:min(rows, len(near))] {
		shelf, err := showcase.Shelf(l.Voice, l.Shelves.Available(x))
		if err != nil {
			return words.Block{}, err
		}
		all = append(all, words.Fact{Label: x.Store.Name, Value: shelf})
	}
	return words.Facts(all...), nil
}

// button leads to click and collect in a store that offers it, else to the product or the shop.
func (l Letter) button(s catalog.Store, item words.Item) (label, link string) {
	sku := l.Shelves.SKU
	switch {
	case sku != "" && slices.Contains(s.Services, "click_and_collect"):
		return "collect", words.LinkWith(l.CollectURL, url.Values{"sku": {sku}, "store": {s.StoreID}})
	case item.URL != "":
		return "product", item.URL
	}
	return "shop", l.ShopURL
}

// Channels are those that a letter may go by, the best first.
var Channels = []string{"push", "email"}

// Written tells whether a flow has written since, about a key or, if that is empty, about
// whatever: where the stores are and when they are open was in it. A letter that gave way to
// a stronger one does not count.
func Written(t *thread.Thread, flow, key string, since time.Time) bool {
	return slices.ContainsFunc(t.Contacts, func(c thread.Contact) bool {
		return c.Flow == flow && (key == "" || c.Key == key) && !c.Released && !c.At.Before(since)
	})
}
