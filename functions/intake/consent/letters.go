package consent

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// letters asks for all dead letters. They are not filed by customer: most have died
// before anybody knew whose they were.
var letters = store.Query{Collection: "deadletters", Partition: "all"}

// letter is what is read of a dead letter.
type letter struct {
	Profile string          `json:"profile"`
	Event   json.RawMessage `json:"event"`
}

// readLetters finds the dead letters that are about the customer.
func (c *clerk) readLetters(ctx context.Context, h *holdings) error {
	mine := h.mine()
	for doc, err := range c.env.Store.Query(ctx, letters) {
		if err != nil {
			return fmt.Errorf("read dead letters: %w", err)
		}
		if c.about(doc, h.ids, mine) {
			h.letters = append(h.letters, store.Document{Key: doc.Key, Version: doc.Version, Data: doc.Data})
		}
	}
	return nil
}

// mine lists the names that are the customer's own: the strong ones, unless they are
// somebody else's, and the weak ones that lead to them.
func (h *holdings) mine() []string {
	others := map[string]bool{}
	var mine []string
	for _, i := range h.identities {
		others[i.name] = !i.mine
	}
	for _, name := range h.called() {
		if foreign, known := others[name]; known && !foreign {
			mine = append(mine, name)
		}
	}
	return mine
}

// about tells whether a dead letter names the customer, as far as it can be read:
// what died may be broken in any way, so that its text counts as well.
func (c *clerk) about(doc store.Document, ids, names []string) bool {
	var l letter
	if json.Unmarshal(doc.Data, &l) == nil {
		if slices.Contains(ids, l.Profile) || c.addressed(l.Event, ids, names) {
			return true
		}
	}
	text := bytes.ToLower(doc.Data)
	return slices.ContainsFunc(names, func(name string) bool {
		value := name[len(profile.TypeOf(name))+1:]
		return len(value) >= telling && bytes.Contains(text, bytes.ToLower([]byte(value)))
	})
}

// telling is how long a value must be to tell a customer from any other text.
const telling = 6

// addressed tells whether an event's customer is the one with these names.
func (c *clerk) addressed(raw json.RawMessage, ids, names []string) bool {
	var e events.Event
	var d struct {
		Customer map[string]any `json:"customer"`
	}
	if json.Unmarshal(raw, &e) != nil || json.Unmarshal(e.DataEncoded, &d) != nil {
		return false
	}
	for idType, v := range d.Customer {
		value, _ := v.(string)
		if idType == events.IDProfile && slices.Contains(ids, value) {
			return true
		}
		if n, err := events.Normalise(idType, value, c.rules.Country); err == nil && slices.Contains(names, profile.NameOf(idType, n)) {
			return true
		}
	}
	return false
}
