package events

import "time"

// StoreVisited says that a customer was in a store.
type StoreVisited struct {
	Common
	// The store.
	StoreID string `json:"store_id" jsonschema:"minLength=1,example=cph-01"`
	// What noticed the customer.
	Via VisitVia `json:"via"`
	// When they came in; missing: the event's time.
	EnteredAt time.Time `json:"entered_at,omitzero"`
	// How long they stayed, in seconds; a day at most.
	DwellS int64 `json:"dwell_s,omitempty" jsonschema:"minimum=0,maximum=86400"`
	// The department they were in.
	Zone string `json:"zone,omitempty" jsonschema:"example=footwear"`
	// How many came together.
	PartySize int `json:"party_size,omitempty" jsonschema:"minimum=1,maximum=1000"`
}

// Type is dev.redthread.store.visited.v1.
func (StoreVisited) Type() string { return "dev.redthread.store.visited.v1" }

// VisitVia is what noticed a customer in a store.
type VisitVia string

// The ways a visit is noticed.
const (
	ViaBeacon      VisitVia = "beacon"
	ViaGeofence    VisitVia = "geofence"
	ViaLoyaltyCard VisitVia = "loyalty_card"
	ViaQR          VisitVia = "qr"
	ViaWiFi        VisitVia = "wifi"
)

// StoreChanged is a store as it is now; it replaces what was known.
type StoreChanged struct {
	Common
	// The store.
	StoreID string `json:"store_id" jsonschema:"minLength=1,example=cph-01"`
	// Its name.
	Name string `json:"name" jsonschema:"minLength=1"`
	// Where it is on the map.
	Geo Geo `json:"geo"`
	// Where it is by post.
	Address Address `json:"address"`
	// Its time zone in the IANA database.
	TimeZone string `json:"time_zone" jsonschema:"minLength=1,example=Europe/Copenhagen"`
	// When it is open, in the syntax of OpenStreetMap's opening_hours.
	OpeningHours string `json:"opening_hours" jsonschema:"example=Mo-Fr 10:00-18:00; Sa 10:00-16:00; PH off"`
	// Its telephone number.
	Phone string `json:"phone,omitempty" jsonschema:"example=+4533123456"`
	// What it offers besides goods.
	Services []string `json:"services,omitempty" jsonschema:"maxItems=50,example=click_and_collect"`
}

// Type is dev.redthread.store.changed.v1.
func (StoreChanged) Type() string { return "dev.redthread.store.changed.v1" }

// Geo is a point on the globe (WGS 84).
type Geo struct {
	// Degrees north of the equator.
	Lat float64 `json:"lat" jsonschema:"minimum=-90,maximum=90,example=55.6794"`
	// Degrees east of Greenwich.
	Lon float64 `json:"lon" jsonschema:"minimum=-180,maximum=180,example=12.5770"`
}

// Address is a postal address.
type Address struct {
	// Street and number.
	Street string `json:"street,omitempty" jsonschema:"example=Købmagergade 12"`
	// The postal code.
	PostalCode string `json:"postal_code,omitempty" jsonschema:"example=1150"`
	// The town.
	City string `json:"city" jsonschema:"minLength=1,example=København K"`
	// The country's code in ISO 3166-1 alpha-2.
	Country string `json:"country" jsonschema:"pattern=^[A-Z]{2}$,example=DK"`
}
