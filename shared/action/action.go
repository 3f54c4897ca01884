// Package action is one thing to do in one channel, and whether it was done.
// A flow creates it in the commit of its decision; a channel moves its status.
package action

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/events"
	"redthread.dev/shared/store"
	"redthread.dev/shared/words"
)

// Collection is where actions are kept. Their index entry is the profile and the
// time of creation.
const Collection = "actions"

// Status says how far an action has come.
type Status string

// An action goes requested → sending → sent, or ends failed or cancelled.
// Unknown means that it may or may not have been sent: the channel died between
// sending and marking.
const (
	Requested Status = "requested"
	Sending   Status = "sending"
	Sent      Status = "sent"
	Failed    Status = "failed"
	Cancelled Status = "cancelled"
	Unknown   Status = "unknown"
)

// Content is what to send; exactly one field is set, according to the kind.
type Content struct {
	Message  *words.Message `json:"message,omitempty"`
	Audience *Audience      `json:"audience,omitempty"`
	Ticket   *Ticket        `json:"ticket,omitempty"`
	Lead     *Lead          `json:"lead,omitempty"`
	Prompt   *Prompt        `json:"prompt,omitempty"`
	Booking  *Booking       `json:"booking,omitempty"`
}

// Kind returns the kind that goes with the content.
func (c Content) Kind() events.ActionKind {
	switch {
	case c.Audience != nil && c.Audience.Print != nil:
		return events.ActionPrint
	case c.Audience != nil:
		return events.ActionAudience
	case c.Ticket != nil:
		return events.ActionTicket
	case c.Lead != nil:
		return events.ActionLead
	case c.Prompt != nil:
		return events.ActionPrompt
	case c.Booking != nil:
		return events.ActionSync
	}
	return events.ActionMessage
}

// Audience puts a customer into an advertising audience, or on a print list, or takes them
// out.
type Audience struct {
	Name     string   `json:"name"`
	Remove   bool     `json:"remove,omitempty"`
	Products []string `json:"products,omitempty"` // skus to advertise
	Note     string   `json:"note,omitempty"`     // e.g. "researched online, purchased offline"
	Print    *Print   `json:"print,omitempty"`    // set: it is a print list, not an audience
	// Forget lists the actions that ever put the customer in or took them out, when
	// they are to be erased: a list that is kept in a file forgets what these wrote.
	Forget []string `json:"forget,omitempty"`
}

// Print is what a customer is on a print list for, and why: what the shop may expect to
// earn on them, in one currency. Who is taken off is so for all that is printed, and this is
// empty.
type Print struct {
	Of      string       `json:"of,omitempty"`     // what is printed: a catalogue's id
	Without events.Money `json:"without,omitzero"` // margin expected if they are sent nothing
	With    events.Money `json:"with,omitzero"`    // and if they are sent it
	Cost    events.Money `json:"cost,omitzero"`    // of print and postage
	Worth   events.Money `json:"worth,omitzero"`   // with, minus without, minus the cost
}

// Ticket is work for customer service. Actions of a flow with the same Thread and
// Where are one ticket: the first opens it, later ones update it.
type Ticket struct {
	Thread string `json:"thread"`
	// Where names the place that calls the thread so, such as instagram: then it is one
	// ticket, whoever its customers are now and become. Empty: only the customer's own
	// threads are called so, as by the id of a basket of theirs that others may have too.
	Where    string    `json:"where,omitempty"`
	Subject  string    `json:"subject"`
	Body     string    `json:"body"`
	Priority string    `json:"priority"` // high, normal, low
	Due      time.Time `json:"due,omitzero"`
	Language string    `json:"language,omitempty"` // BCP 47, of what the customer wrote
	Link     string    `json:"link,omitempty"`     // to what the customer wrote
	// Complaint says that the shop has something to mend: until the flow's goal has
	// come, no marketing goes to the customer.
	Complaint bool `json:"complaint,omitempty"`
}

// Lead is a customer for a salesperson to turn to. How they may be reached is asked when
// it is handed on, as they may have thought better of it by then.
type Lead struct {
	Subject   string    `json:"subject"`             // one line
	Brief     string    `json:"brief"`               // what to know before the first call, as plain text
	Score     int       `json:"score"`               // how likely they are to buy, 0 to 100
	Parts     []Part    `json:"parts"`               // what the score is made of: they add up to it
	Interests []string  `json:"interests,omitempty"` // products and categories, the strongest first
	Due       time.Time `json:"due,omitzero"`
}

// Prompt is a word for whoever serves the customer in a store just now, as on the screen of a
// till. The customer does not read it, but hears of it.
type Prompt struct {
	StoreID  string   `json:"store_id"`
	Language string   `json:"language"` // BCP 47, of the words
	Subject  string   `json:"subject"`  // one line
	Text     string   `json:"text"`     // what to say, and why, as plain text
	Products []string `json:"products"` // skus it is about
}

// Part is a named part of a score.
type Part struct {
	Name   string `json:"name"`
	Points int    `json:"points"` // may be below 0
	Most   int    `json:"most"`   // what the part can come to
	Saw    string `json:"saw"`    // what the points are for
}

// Action is the document of one thing to do.
type Action struct {
	ID        string            `json:"id"`
	Kind      events.ActionKind `json:"kind"`
	Channel   string            `json:"channel"`
	Flow      string            `json:"flow"`
	Key       string            `json:"key"`  // what the flow is about: a basket, an order, a mention
	Step      string            `json:"step"` // which of the flow's steps for that key
	Profile   string            `json:"profile"`
	Cause     string            `json:"cause"` // id of the event or timer it was decided on
	Purpose   events.Purpose    `json:"purpose"`
	Priority  string            `json:"priority,omitempty"`
	Urgent    bool              `json:"urgent,omitempty"`
	Content   Content           `json:"content"`
	To        string            `json:"to,omitempty"` // address to use instead of the profile's: where the customer asked for a message
	Created   time.Time         `json:"created"`
	Until     time.Time         `json:"until,omitzero"` // from when on it is of no use; zero: never
	Status    Status            `json:"status"`
	Attempts  int               `json:"attempts,omitempty"`
	Lease     time.Time         `json:"lease,omitzero"` // while sending: until when the claim holds
	Done      time.Time         `json:"done,omitzero"`
	Provider  string            `json:"provider,omitempty"`
	Reference string            `json:"reference,omitempty"` // the provider's own id
	Reason    string            `json:"reason,omitempty"`    // why it failed or was cancelled
}

// Key returns the key of an action's document.
func Key(id string) store.Key { return store.Key{Collection: Collection, ID: id} }

// ID returns the same id for the same step of a flow about the same thing for the
// same customer, so that it can be done once only.
func ID(flow, profile, key, step string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{flow, profile, key, step}, "\x00")))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// Read decodes an action's document.
func Read(d store.Document) (Action, error) {
	var a Action
	if !d.Exists() {
		return a, fmt.Errorf("action %q: there is none", d.Key.ID)
	}
	if err := json.Unmarshal(d.Data, &a); err != nil {
		return a, fmt.Errorf("decode action %q: %w", d.Key.ID, err)
	}
	return a, nil
}

// Write returns the write that commits a at the version it was read at.
func Write(a Action, version int64) (store.Write, error) {
	data, err := json.Marshal(&a)
	if err != nil {
		return store.Write{}, fmt.Errorf("encode action %q: %w", a.ID, err)
	}
	return store.Write{Key: Key(a.ID), Version: version, Data: data,
		Entry: store.Entry{Partition: a.Profile, Sort: store.SortTime(a.Created) + a.ID}}, nil
}

// Past tells whether the action is of no use any more.
func (a Action) Past(now time.Time) bool { return !a.Until.IsZero() && !now.Before(a.Until) }

// Over tells whether nothing more will happen to the action.
func (a Action) Over() bool {
	return a.Status != Requested && a.Status != Sending
}
