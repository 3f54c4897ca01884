package imports

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"redthread.dev/events"
)

// offer is a product as a row shows it.
type offer struct {
	name, brand, category string
	price                 events.Money
}

// shown is an offer, and the day of it.
type shown struct {
	offer
	day events.Date
}

// product says how a product is now, when that is news: formats repeat it in every row.
// It says so once a day at most: a shop with a price for one and a price for a dozen
// has not changed its mind with every other row.
func (o *out) product(sku string, at time.Time, now offer) {
	if !o.options.Catalogue {
		return
	}
	today := events.DateOf(at)
	if before, known := o.products.get(sku); known && (before.offer == now || before.day == today) {
		return
	}
	o.products.set(sku, shown{now, today})
	data := &events.ProductChanged{SKU: sku, Name: or(now.name, sku), Brand: now.brand, Price: now.price}
	if now.category != "" {
		data.Categories = []string{now.category}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %v", now.name, now.brand, now.category, now.price))
	o.say("product-"+sku+"-"+string(today)+"-"+hex.EncodeToString(sum[:8]), at, data)
}

// called is what a product without a name is called: its brand, and the last part of
// its category.
func called(brand, category string) string {
	leaf := category[strings.LastIndexAny(category, "./")+1:]
	return strings.TrimSpace(brand + " " + strings.ReplaceAll(leaf, "_", " "))
}
