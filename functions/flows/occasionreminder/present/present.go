// Package present is what is remembered of an order that was a present for somebody.
package present

import (
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// Present is an order that was one.
type Present struct {
	Order     string      `json:"order"`
	At        time.Time   `json:"at"`
	Recipient string      `json:"recipient,omitempty"`
	Date      events.Date `json:"date,omitempty"` // the day it was for, if that was told
	Lines     []Line      `json:"lines"`
}

// Line is a number of one product.
type Line struct {
	SKU      string `json:"sku"`
	Name     string `json:"name,omitempty"`
	Category string `json:"category,omitempty"`
	Quantity int    `json:"quantity"`
}

const (
	keepLines = 4
	keepText  = 80 // characters of a name
	// MostCode is how many bytes of a product's number are kept, as in profiles: a longer one is none.
	MostCode = 120
)

// Of is what is kept of an order that was placed at a time: of the lines that are wrapped as
// presents, or else of all.
func Of(o events.OrderPlaced, at time.Time) Present {
	p := Present{Order: Tidy(o.OrderID), At: at, Recipient: Tidy(o.Gift.Recipient), Date: o.Gift.Date}
	wrapped := slices.ContainsFunc(o.Lines, func(l events.Line) bool { return l.Gift })
	for _, l := range o.Lines {
		if (l.Gift || !wrapped) && len(p.Lines) < keepLines && len(l.SKU) <= MostCode {
			p.Lines = append(p.Lines, Line{l.SKU, Tidy(l.Name), Tidy(l.Category), l.Quantity})
		}
	}
	return p
}

// Tidy makes one line of a text that customers write, and no long one.
func Tidy(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > keepText {
		return string(runes[:keepText-1]) + "…"
	}
	return text
}

// Left are the products that did not come back.
func (p Present) Left(c *profile.Profile) (all []Line) {
	for _, l := range p.Lines {
		if !slices.ContainsFunc(c.Returned, func(r profile.Returned) bool { return Tidy(r.OrderID) == p.Order && slices.Contains(r.SKUs, l.SKU) }) {
			all = append(all, l)
		}
	}
	return all
}
