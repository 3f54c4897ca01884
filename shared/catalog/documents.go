package catalog

import (
	"cmp"
	"fmt"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog/hours"
)

// Stamp says as of when a document is, and by which event.
type Stamp struct {
	Updated   time.Time `json:"updated"`
	UpdatedBy string    `json:"updated_by"` // the event's source and id
}

// StampOf is the stamp of what an event says: as of when it happened or, when it does
// not say, arrived.
func StampOf(e events.Event, arrived time.Time) Stamp {
	at := e.Time()
	if at.IsZero() {
		at = arrived
	}
	return Stamp{Updated: at.UTC(), UpdatedBy: e.Source() + " " + e.ID()}
}

// Newer tells whether what bears the stamp replaces what bears the other: the later
// one does or, at the same moment, the one with the larger source and id. So the
// order in which events arrive does not matter, and a second delivery changes nothing.
func (s Stamp) Newer(other Stamp) bool {
	return cmp.Or(s.Updated.Compare(other.Updated), cmp.Compare(s.UpdatedBy, other.UpdatedBy)) > 0
}

// Product is what is known about a product; the fields are those of product.changed.
type Product struct {
	SKU          string            `json:"sku"`
	Name         string            `json:"name"`
	Categories   []string          `json:"categories,omitempty"`
	Brand        string            `json:"brand,omitempty"`
	Price        events.Money      `json:"price"`
	Cost         events.Money      `json:"cost,omitzero"`
	ImageURL     string            `json:"image_url,omitempty"`
	URL          string            `json:"url,omitempty"`
	GTIN         string            `json:"gtin,omitempty"`
	Consumable   events.Consumable `json:"consumable,omitzero"`
	Complements  []string          `json:"complements,omitempty"`
	Sensitive    bool              `json:"sensitive,omitempty"`
	Discontinued bool              `json:"discontinued,omitempty"`
	Stamp
}

// NewProduct returns the product an event describes.
func NewProduct(e events.ProductChanged, by Stamp) Product {
	return Product{
		SKU: e.SKU, Name: e.Name, Categories: e.Categories, Brand: e.Brand, Price: e.Price, Cost: e.Cost,
		ImageURL: e.ImageURL, URL: e.URL, GTIN: e.GTIN, Consumable: e.Consumable, Complements: e.Complements,
		Sensitive: e.Sensitive, Discontinued: e.Discontinued, Stamp: by,
	}
}

// Store is what is known about a store; the fields are those of store.changed.
type Store struct {
	StoreID      string         `json:"store_id"`
	Name         string         `json:"name"`
	Geo          events.Geo     `json:"geo"`
	Address      events.Address `json:"address"`
	TimeZone     string         `json:"time_zone"`
	OpeningHours string         `json:"opening_hours"`
	Phone        string         `json:"phone,omitempty"`
	Services     []string       `json:"services,omitempty"`
	Stamp
}

// NewStore returns the store an event describes.
func NewStore(e events.StoreChanged, by Stamp) Store {
	return Store{
		StoreID: e.StoreID, Name: e.Name, Geo: e.Geo, Address: e.Address, TimeZone: e.TimeZone,
		OpeningHours: e.OpeningHours, Phone: e.Phone, Services: e.Services, Stamp: by,
	}
}

// located is false in the Gulf of Guinea, where stores are that have not said where.
func (s Store) located() bool { return s.Geo != events.Geo{} }

// Hours reads the opening hours, on the store's clocks and with the holidays of its
// country. The error names the store, and the time zone that is none or the
// character at which the hours stop making sense.
func (s Store) Hours() (*hours.Hours, error) {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("store %q: time zone: %w", s.StoreID, err)
	}
	at := hours.Place{Country: s.Address.Country, Zone: zone}
	if s.located() {
		at.Geo = &s.Geo
	}
	h, err := hours.Parse(s.OpeningHours, at)
	if err != nil {
		return nil, fmt.Errorf("store %q: %w", s.StoreID, err)
	}
	return h, nil
}

// Stock is how many of a product a store has, as of Updated; the fields are those of
// stock.changed. Below zero more were sold than there are.
type Stock struct {
	StoreID   string `json:"store_id"`
	SKU       string `json:"sku"`
	Available int    `json:"available"`
	Stamp
}

// NewStock returns the stock an event describes. It is as of the count, not of when
// the event was sent.
func NewStock(e events.StockChanged, by Stamp) Stock {
	if !e.AsOf.IsZero() {
		by.Updated = e.AsOf.UTC()
	}
	return Stock{StoreID: e.StoreID, SKU: e.SKU, Available: e.Available, Stamp: by}
}
