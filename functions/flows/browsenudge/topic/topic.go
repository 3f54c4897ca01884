// Package topic is what a customer keeps coming back to, which is a nudge's key: a product, or a
// calculator that is of none.
package topic

import (
	"slices"
	"strings"

	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
)

// Topic is the product's number, or a calculator.
type Topic string

// reckoner begins the topic that is a calculator, before its category.
const reckoner = "calculator of "

// Calculator is the topic of a calculator of a category, which may be empty.
func Calculator(category string) Topic { return Topic(reckoner + category) }

// Calculator returns the category of a calculator; false for a product.
func (t Topic) Calculator() (category string, ok bool) {
	return strings.CutPrefix(string(t), reckoner)
}

// Product returns the product to show: of a calculator, what the customer looked at last of
// its category; empty if that was nothing.
func (t Topic) Product(c *profile.Profile) string {
	category, calculator := t.Calculator()
	if !calculator {
		return string(t)
	}
	i := slices.IndexFunc(c.Views, func(v profile.View) bool { return v.SKU != "" && category != "" && v.Category == category })
	if i < 0 {
		return ""
	}
	return c.Views[i].SKU
}

// Subjects are the products and categories that a message about it infers an interest in.
func (t Topic) Subjects(c *profile.Profile) []string {
	sku := t.Product(c)
	all := showcase.Categories(c, sku)
	if category, calculator := t.Calculator(); calculator && category != "" {
		all = append(all, category)
	}
	if sku != "" {
		all = append(all, sku)
	}
	return all
}
