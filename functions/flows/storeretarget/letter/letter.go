// Package letter shows a customer what they had looked at, where they may not be advertised to.
package letter

import (
	"slices"

	"redthread.dev/functions/flows/storeretarget/research"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// shown is how many products are.
const shown = 4

// Letter is what is written from.
type Letter struct {
	Customer *profile.Profile
	Facts    catalog.Facts // those of Need
	Products []string      // the one looked at last first
	ShopURL  string
	Voice    words.Voice
}

// Message writes it. The error is that of a text.
func (l Letter) Message() (words.Message, error) {
	s := l.Voice.With(map[string]any{"Name": l.Customer.FirstName(), "Items": len(l.Products)})
	var items []words.Item
	for _, sku := range l.Products[:min(shown, len(l.Products))] {
		items = append(items, showcase.Item(l.Customer, l.Facts, sku, l.Voice.Locale()))
	}
	return s.Message("unsold", words.Items(items...), words.ButtonTo(s.Say("button"), l.ShopURL)), s.Err()
}

// Need is what a letter may show, which the timer unsold alone can lead to.
func Need(c *profile.Profile, data any) catalog.Need {
	if timer, ok := data.(thread.Timer); !ok || timer.Name != "unsold" {
		return catalog.Need{}
	}
	var skus []string
	for _, v := range c.Views {
		if v.SKU != "" && !slices.Contains(skus, v.SKU) && len(skus) < research.Most {
			skus = append(skus, v.SKU)
		}
	}
	return catalog.Need{SKUs: skus}
}
