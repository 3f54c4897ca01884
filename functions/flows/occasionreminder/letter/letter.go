// Package letter reminds a customer of the presents they gave for a day, each with what they
// chose and one click from giving it again.
package letter

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"redthread.dev/functions/flows/occasionreminder/present"
	"redthread.dev/functions/flows/occasionreminder/tradition"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/words"
)

// Letter is what a reminder is written from.
type Letter struct {
	Presents []tradition.Tradition // one at least
	Day      time.Time
	Country  string // of the customer
	Customer *profile.Profile
	Facts    catalog.Facts
	discreet bool // it shows no product
}

// Links are where a letter leads to.
type Links struct {
	Basket string // with what was chosen in it
	Shop   string // where nothing of it can be had again
}

// Need asks for the products of presents.
func Need(c *profile.Profile, presents []tradition.Tradition) (n catalog.Need) {
	for _, t := range presents {
		for _, x := range t.Left(c) {
			n.SKUs = append(n.SKUs, x.SKU)
		}
	}
	return n
}

// Discreetly is the letter without any product.
func (l Letter) Discreetly() Letter {
	l.discreet = true
	return l
}

// Write writes the letter; an error names the text that lacks a word, or the link that is none.
func (l Letter) Write(texts words.Texts, to Links) (words.Message, error) {
	voice := texts.In(l.Customer.Locale.Text())
	data := map[string]any{"Name": l.Customer.FirstName(), "Day": l.Day, "Occasion": ""}
	text := "soon"
	if occasion, ok := l.occasion(); ok {
		said, err := voice.Say("occasion."+occasion, nil)
		if err != nil {
			return words.Message{}, err
		}
		text, data["Occasion"] = "day", said
	}
	s := voice.With(data)
	var blocks []words.Block
	var errs []error
	for i, t := range l.Presents {
		more, err := l.present(t, voice, to)
		if i > 0 {
			blocks = append(blocks, words.Divider())
		}
		blocks, errs = append(blocks, more...), append(errs, err)
	}
	return s.Message(text, blocks...), errors.Join(append(errs, s.Err())...)
}

// occasion is the one that all presents are for, if there is one and its day is known.
func (l Letter) occasion() (occasion string, ok bool) {
	for _, t := range l.Presents {
		if _, known := t.Next(l.Country); !known || t.Occasion != l.Presents[0].Occasion {
			return "", false
		}
	}
	return string(l.Presents[0].Occasion), true
}

// present shows one person's present of last year, and how to give it again.
func (l Letter) present(t tradition.Tradition, voice words.Voice, to Links) ([]words.Block, error) {
	sold := l.sold(t)
	s := voice.With(map[string]any{"Recipient": t.Presents[len(t.Presents)-1].Recipient})
	if len(sold) == 0 {
		text := "idea"
		if l.gone(t) {
			text = "gone"
		}
		return []words.Block{words.Paragraph(s.Say(text)), words.ButtonTo(s.Say("shop"), to.Shop)}, s.Err()
	}
	var items []words.Item
	var basket []string
	for _, x := range sold {
		item := showcase.Item(l.Customer, l.Facts, x.SKU, voice.Locale())
		if item.Title == x.SKU && x.Name != "" {
			item.Title = x.Name
		}
		if x.Quantity > 1 {
			count := voice.With(map[string]any{"Count": x.Quantity})
			if item.Detail = count.Say("count"); count.Err() != nil {
				return nil, count.Err()
			}
		}
		items = append(items, item)
		basket = append(basket, fmt.Sprintf("sku=%s&quantity=%d", url.QueryEscape(x.SKU), x.Quantity))
	}
	link, err := url.Parse(to.Basket)
	if err != nil {
		return nil, err
	}
	if link.RawQuery != "" {
		basket = append([]string{link.RawQuery}, basket...)
	}
	link.RawQuery = strings.Join(basket, "&")
	return []words.Block{words.Paragraph(s.Say("chosen")), words.Items(items...), words.ButtonTo(s.Say("again"), link.String())}, s.Err()
}

// sold are a present's products that can be shown and had again.
func (l Letter) sold(t tradition.Tradition) (all []present.Line) {
	for _, x := range t.Left(l.Customer) {
		if p, ok := l.Facts.Product(x.SKU); !l.discreet && !(ok && (p.Discontinued || p.Sensitive)) {
			all = append(all, x)
		}
	}
	return all
}

// gone tells whether nothing of a present is sold any more.
func (l Letter) gone(t tradition.Tradition) bool {
	return !slices.ContainsFunc(t.Left(l.Customer), func(x present.Line) bool {
		p, _ := l.Facts.Product(x.SKU)
		return !p.Discontinued
	})
}

// Subjects are what the letter shows an interest in.
func (l Letter) Subjects() (all []string) {
	for _, t := range l.Presents {
		for _, x := range l.sold(t) {
			all = append(all, x.SKU, x.Category)
		}
	}
	return all
}
