package together

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/shared/store"
)

// Bounds of a basket that says something about what goes together.
const (
	// Most is how many products it may hold. Whoever buys more stocks a shop: pairs grow
	// with the square, and mean less.
	Most = 100
	// mostSKU is how long the name of a product may be, so that a document of Kept others
	// stays a third of what a store takes.
	mostSKU = 200
)

// Keep is how long a basket is remembered after it came in. So long one that is told once
// more is known, and so long it may take until it is counted.
const Keep = 7 * 24 * time.Hour

// waiting is the partition of the baskets' index that holds them all, as they came in.
const waiting = "all"

// errNone says that a document holds no basket.
var errNone = errors.New("there is none")

// Basket is what was bought at once: an order, without who or for how much.
type Basket struct {
	At   string   `json:"-"`    // its place among all baskets, by when it came in; see Place
	SKUs []string `json:"skus"` // each once
}

// NewBasket returns a basket of some products; ok is false when there are none, or more
// than Most. One of a single product counts too: it was bought without the others.
func NewBasket(skus []string) (b Basket, ok bool) {
	b.SKUs = slices.DeleteFunc(slices.Clone(skus), func(s string) bool { return len(s) > mostSKU || store.CheckKeys(Key(s)) != nil })
	slices.Sort(b.SKUs)
	b.SKUs = slices.Compact(b.SKUs)
	return b, 0 < len(b.SKUs) && len(b.SKUs) <= Most
}

// BasketKey is where an order's basket is kept: source and number of the order say which.
func BasketKey(source, order string) store.Key {
	sum := sha256.Sum256([]byte(source + "\x00" + order))
	return store.Key{Collection: Baskets, ID: base64.RawURLEncoding.EncodeToString(sum[:])}
}

// Place is where a basket of this key that came in at a time is among all.
func Place(came time.Time, key store.Key) string { return store.SortTime(came) + key.ID }

// WriteBasket returns the write that creates a basket that came in at a time.
func WriteBasket(b Basket, key store.Key, came time.Time) (store.Write, error) {
	data, err := json.Marshal(b)
	if err != nil {
		return store.Write{}, fmt.Errorf("write %s: %w", key, err)
	}
	return store.Write{Key: key, Data: data, Entry: store.Entry{Partition: waiting, Sort: Place(came, key)},
		Expires: came.UTC().Add(Keep).Truncate(time.Millisecond)}, nil
}

// ReadBasket decodes a basket's document. The error names it; what is returned then has a
// place and no products.
func ReadBasket(d store.Document) (Basket, error) {
	b := Basket{At: d.Entry.Sort}
	if err := json.Unmarshal(d.Data, &b); err != nil || len(b.SKUs) == 0 {
		return Basket{At: b.At}, fmt.Errorf("read %s: %w", d.Key, errors.Join(err, errNone))
	}
	return b, nil
}

// After asks for the first n baskets after a place that came in before a time.
func After(place string, before time.Time, n int) store.Query {
	from := place
	if place != "" {
		from += "!" // less than all that keys are made of
	}
	return store.Query{Collection: Baskets, Partition: waiting, From: from, To: store.SortTime(before), Limit: n}
}
