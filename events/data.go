package events

// Data is what one type of event says: a struct of this package, or a pointer to
// one. Type is the CloudEvent's type, dev.redthread.<noun>.<verb>.v<n>.
type Data interface{ Type() string }

// FromSource is data that came from outside and may name a customer. Pointers to
// the structs that embed Common are FromSource.
type FromSource interface {
	Data
	Shared() *Common
}

// Common is what any event from a shop's systems may say besides its own fields.
// Time, id and source are the CloudEvent's.
type Common struct {
	// Who it is about: identifier type to value, 20 at most.
	Customer Identifiers `json:"customer,omitempty"`
	// Where the customer was.
	Place Place `json:"place,omitempty"`
	// The customer's language and region, BCP 47; an underscore is understood.
	Locale string `json:"locale,omitempty" jsonschema:"pattern=^[A-Za-z]{2\\,8}([-_][A-Za-z0-9]{1\\,8})*$,example=da-DK"`
	// The visit this belongs to, unique within the source.
	SessionID string `json:"session_id,omitempty"`
	// The campaign that brought the customer here.
	Campaign Campaign `json:"campaign,omitzero"`
	// The page the customer was on.
	Page Page `json:"page,omitzero"`
}

// Shared returns the fields that all events from outside have, to read or change.
func (c *Common) Shared() *Common { return c }

// Place is where the customer was when it happened.
type Place string

// The places a customer can be.
const (
	PlaceWeb    Place = "web"
	PlaceApp    Place = "app"
	PlaceStore  Place = "store"
	PlacePhone  Place = "phone"
	PlaceChat   Place = "chat"
	PlaceEmail  Place = "email"
	PlaceSocial Place = "social"
)

// Campaign is what utm parameters say about a visit's origin.
type Campaign struct {
	// Who sent the visitor, utm_source.
	Source string `json:"source,omitempty" jsonschema:"example=newsletter"`
	// By which kind of channel, utm_medium.
	Medium string `json:"medium,omitempty" jsonschema:"example=email"`
	// The campaign's name, utm_campaign.
	Name string `json:"name,omitempty" jsonschema:"example=spring-2026"`
	// Which of several links or pictures, utm_content.
	Content string `json:"content,omitempty"`
	// The search term that was paid for, utm_term.
	Term string `json:"term,omitempty"`
}

// Page is the web page, or the app's screen, the customer was on.
type Page struct {
	// Its address, as the browser shows it.
	URL string `json:"url" jsonschema:"example=https://shop.example/products/hiking-boot"`
	// The address of the page before it.
	Referrer string `json:"referrer,omitempty"`
	// Its title.
	Title string `json:"title,omitempty"`
}
