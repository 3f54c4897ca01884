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

// readLetters finds the dead letters that are the customer's, and those that mention them.
func (c *clerk) readLetters(ctx context.Context, h *holdings) error {
	mine := h.mine()
	for doc, err := range c.env.Store.Query(ctx, letters) {
		if err != nil {
			return fmt.Errorf("read dead letters: %w", err)
		}
		one := store.Document{Key: doc.Key, Version: doc.Version, Data: doc.Data}
		switch theirs, maybe := c.about(doc, h.ids, mine); {
		case theirs:
			h.letters = append(h.letters, one)
		case maybe:
			h.mentions = append(h.mentions, one)
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

// about tells whether a dead letter is the customer's: that, and nobody else, is who it
// names. It is maybe about them when it may be somebody else's as well, as far as it can be
// read: what died may be broken in any way, so that its text counts. A letter that names
// somebody else is not about whoever shares a device with them.
func (c *clerk) about(doc store.Document, ids, names []string) (theirs, maybe bool) {
	var l letter
	if json.Unmarshal(doc.Data, &l) == nil {
		if slices.Contains(ids, l.Profile) {
			return true, true
		}
		said := c.named(l.Event, ids)
		others := l.Profile != "" || slices.ContainsFunc(said, func(name string) bool { return strong(name) && !slices.Contains(names, name) })
		if others {
			names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !strong(name) })
		}
		if slices.ContainsFunc(said, func(name string) bool {
			return slices.Contains(names, name) || profile.TypeOf(name) == events.IDProfile
		}) {
			return !others, true
		}
	}
	text := bytes.ToLower(doc.Data)
	return false, slices.ContainsFunc(names, func(name string) bool {
		value := name[len(profile.TypeOf(name))+1:]
		return len(value) >= telling && bytes.Contains(text, bytes.ToLower([]byte(value)))
	})
}

func strong(name string) bool { return events.Strong(profile.TypeOf(name)) }

// telling is how long a value must be to tell a customer from any other text.
const telling = 6

// named lists the names in an event's customer, and of profiles those with these ids.
func (c *clerk) named(raw json.RawMessage, ids []string) (names []string) {
	var e events.Event
	var d struct {
		Customer map[string]any `json:"customer"`
	}
	if json.Unmarshal(raw, &e) != nil || json.Unmarshal(e.DataEncoded, &d) != nil {
		return nil
	}
	for idType, v := range d.Customer {
		value, _ := v.(string)
		n, err := events.Normalise(idType, value, c.rules.Country)
		if err == nil && (idType != events.IDProfile || slices.Contains(ids, n)) {
			names = append(names, profile.NameOf(idType, n))
		}
	}
	return names
}
