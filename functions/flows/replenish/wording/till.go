package wording

import (
	"strings"

	"redthread.dev/functions/flows/replenish/runout"
	"redthread.dev/shared/action"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/words"
)

// language is what is spoken at the tills of a country.
var language = map[string]string{"DK": "da", "SE": "sv"}

// Prompt is what a store's till asks for, one thing at least, and why, in the language that is
// spoken there.
func Prompt(texts words.Texts, c *profile.Profile, facts catalog.Facts, ends []runout.End, store string) (action.Prompt, error) {
	at, _ := facts.Store(store)
	voice, zone := texts.In(language[at.Address.Country]), showcase.Zone(at, c)
	p := action.Prompt{StoreID: store, Language: voice.Locale()}
	var rows []string
	for _, e := range ends {
		item := showcase.Item(c, facts, e.SKU, voice.Locale())
		s := voice.With(map[string]any{"Name": c.FirstName(), "Product": item.Title, "Bought": e.Last().At.In(zone), "Ends": e.At.In(zone)})
		if p.Subject == "" {
			p.Subject = s.Say("till.ask")
		}
		p.Products, rows = append(p.Products, e.SKU), append(rows, s.Say("till.why"))
		if err := s.Err(); err != nil {
			return p, err
		}
	}
	p.Text = strings.Join(rows, "\n")
	return p, nil
}
