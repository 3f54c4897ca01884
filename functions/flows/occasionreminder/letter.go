package occasionreminder

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// letter is what a reminder is written from.
type letter struct {
	presents []keyed
	day      time.Time
	country  string
	customer *profile.Profile
	facts    catalog.Facts
	discreet bool // it shows no product
}

func (l letter) discreetly() letter {
	l.discreet = true
	return l
}

// need asks for the products of the presents that a timer came for.
func (r reminder) need(c *profile.Profile, t *thread.Thread, data any) (n catalog.Need) {
	timer, ok := data.(thread.Timer)
	var kept tradition
	if !ok || json.Unmarshal(t.State(name, timer.Key).Data, &kept) != nil {
		return n
	}
	one, ok := r.due(kept, timer.Due)
	if !ok {
		return n
	}
	day, _ := one.next(r.country(c))
	for _, k := range r.together(c, t, day) {
		for _, l := range k.left(c) {
			n.SKUs = append(n.SKUs, l.SKU)
		}
	}
	return n
}

func (r reminder) message(l letter) (words.Message, error) {
	voice := r.texts.In(l.customer.Locale.Text())
	data := map[string]any{"Name": l.customer.FirstName(), "Day": l.day, "Occasion": ""}
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
	for i, k := range l.presents {
		more, err := r.present(l, k, voice)
		if i > 0 {
			blocks = append(blocks, words.Divider())
		}
		blocks, errs = append(blocks, more...), append(errs, err)
	}
	return s.Message(text, blocks...), errors.Join(append(errs, s.Err())...)
}

// occasion is the one that all presents are for, if there is one and its day is known.
func (l letter) occasion() (occasion string, ok bool) {
	for _, k := range l.presents {
		if _, known := k.next(l.country); !known || k.Occasion != l.presents[0].Occasion {
			return "", false
		}
	}
	return string(l.presents[0].Occasion), true
}

// present shows one person's present of last year, and how to give it again.
func (r reminder) present(l letter, k keyed, voice words.Voice) ([]words.Block, error) {
	sold := l.sold(k)
	s := voice.With(map[string]any{"Recipient": k.Presents[len(k.Presents)-1].Recipient})
	if len(sold) == 0 {
		text := "idea"
		if l.gone(k) {
			text = "gone"
		}
		return []words.Block{words.Paragraph(s.Say(text)), words.ButtonTo(s.Say("shop"), r.ShopURL)}, s.Err()
	}
	var items []words.Item
	var basket []string
	for _, x := range sold {
		item := showcase.Item(l.customer, l.facts, x.SKU, voice.Locale())
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
	link, err := url.Parse(r.BasketURL)
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
func (l letter) sold(k keyed) (all []line) {
	for _, x := range k.left(l.customer) {
		if p, ok := l.facts.Product(x.SKU); !l.discreet && !(ok && (p.Discontinued || p.Sensitive)) {
			all = append(all, x)
		}
	}
	return all
}

// gone tells whether nothing of a present is sold any more.
func (l letter) gone(k keyed) bool {
	return !slices.ContainsFunc(k.left(l.customer), func(x line) bool {
		p, _ := l.facts.Product(x.SKU)
		return !p.Discontinued
	})
}

// subjects are what the letter shows an interest in.
func (l letter) subjects() (all []string) {
	for _, k := range l.presents {
		for _, x := range l.sold(k) {
			all = append(all, x.SKU, x.Category)
		}
	}
	return all
}
