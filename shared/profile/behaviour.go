package profile

import (
	"time"

	"redthread.dev/events"
)

// View is a page or a product the customer looked at.
type View struct {
	Kind     events.PageKind `json:"kind"`
	SKU      string          `json:"sku,omitempty"`
	Name     string          `json:"name,omitempty"`
	Category string          `json:"category,omitempty"`
	Query    string          `json:"query,omitempty"`
	Place    events.Place    `json:"place,omitempty"`
	Price    events.Money    `json:"price,omitzero"`
	Stamp
}

// Visit is a time the customer was in a store.
type Visit struct {
	StoreID string          `json:"store_id"`
	Via     events.VisitVia `json:"via,omitempty"`
	Zone    string          `json:"zone,omitempty"`
	Dwell   int64           `json:"dwell_s,omitempty"` // seconds
	Stamp
}

// Scan is a product the customer scanned in a store.
type Scan struct {
	StoreID string `json:"store_id"`
	SKU     string `json:"sku"`
	Stamp
}

// Mention is what the customer wrote about the shop where all can read it. The text
// is in the journal.
type Mention struct {
	Platform string `json:"platform"`
	PostID   string `json:"post_id"`
	ThreadID string `json:"thread_id,omitempty"`
	Rating   int    `json:"rating,omitempty"` // 1 to 5
	Stamp
}

// Contact is a time the customer turned to customer service.
type Contact struct {
	ID      string                `json:"id"`
	Channel events.ServiceChannel `json:"channel"`
	Topic   string                `json:"topic,omitempty"`
	OrderID string                `json:"order_id,omitempty"`
	Stamp
}

// Resolved is a contact or ticket that customer service is done with.
type Resolved struct {
	ContactID string `json:"contact_id,omitempty"`
	TicketID  string `json:"ticket_id,omitempty"`
	CSAT      int    `json:"csat,omitempty"` // 1 to 5
	Stamp
}

// Survey is an answer with a score: nps 0–10, csat 1–5, ces 1–7.
type Survey struct {
	ID    string            `json:"id"`
	Kind  events.SurveyKind `json:"kind"`
	Score float64           `json:"score"`
	About events.About      `json:"about,omitzero"`
	Stamp
}

// Reading is what became of the messages we sent in one channel.
type Reading struct {
	Opened  int       `json:"opened,omitempty"`
	Clicked int       `json:"clicked,omitempty"`
	Last    time.Time `json:"last,omitzero"`
}

// ViewsSince returns the views from t on, newest first.
func (p *Profile) ViewsSince(t time.Time) []View { return since(p.Views, t) }

// Looks returns when the customer looked at a product, newest first, but for in a store. A page
// that is loaded again, or told of twice, within a minute is one look.
func (p *Profile) Looks(sku string) (looks []time.Time) {
	for _, v := range p.Views {
		if v.SKU == sku && v.Place != events.PlaceStore && (len(looks) == 0 || looks[len(looks)-1].Sub(v.At) >= time.Minute) {
			looks = append(looks, v.At)
		}
	}
	return looks
}

// VisitsSince returns the store visits from t on, newest first.
func (p *Profile) VisitsSince(t time.Time) []Visit { return since(p.Visits, t) }
