package profile

import (
	"cmp"
	"strings"
	"sync"
	"time"

	"redthread.dev/events"
)

// Trait is a fact about the customer. What was declared outranks what was inferred,
// whichever is later; among equals the last word counts.
type Trait struct {
	Said
	Declared   bool    `json:"declared,omitempty"`
	Source     string  `json:"source,omitempty"`     // the event type it comes from
	Confidence float64 `json:"confidence,omitempty"` // of an inferred trait, 0 to 1
}

// compare orders traits by their weight.
func (t Trait) compare(o Trait) int {
	if t.Declared != o.Declared {
		if t.Declared {
			return 1
		}
		return -1
	}
	return cmp.Or(t.Stamp.Compare(o.Stamp), cmp.Compare(t.Confidence, o.Confidence))
}

// Declared returns what the customer has said of a trait, a text or a list of them; nil if
// nothing.
func (p *Profile) Declared(trait string) []string {
	t := p.Traits[trait]
	if !t.Declared {
		return nil
	}
	if text := t.Text(); text != "" {
		return []string{text}
	}
	var all []string
	list, _ := t.Value.([]any)
	for _, v := range list {
		if text, ok := v.(string); ok && text != "" {
			all = append(all, text)
		}
	}
	return all
}

// FirstName returns the customer's first name, empty if they have not told.
func (p *Profile) FirstName() string { return p.Traits[events.TraitFirstName].Text() }

// Company returns the company that the customer has said they buy for, empty if none.
func (p *Profile) Company() string {
	if t := p.Traits[events.TraitCompany]; t.Declared {
		return t.Text()
	}
	return ""
}

// Zone returns the customer's time zone, or otherwise if they have not told or the
// name is in no time zone database.
func (p *Profile) Zone(otherwise *time.Location) *time.Location {
	name := p.Traits[events.TraitTimeZone].Text()
	if name == "" {
		return otherwise
	}
	if zone := zoneOf(name); zone != nil {
		return zone
	}
	return otherwise
}

// zones are the time zones that customers named so far, each read from its file once.
var zones sync.Map // name to *time.Location

// zoneOf returns nil for a name that is in no time zone database. Such names are not
// kept: there is no end of them.
func zoneOf(name string) *time.Location {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	zones.Store(strings.Clone(name), zone) // which is part of a document
	return zone
}

// Segment is whether the customer is in a segment.
type Segment struct {
	Entered bool    `json:"entered"`
	Score   float64 `json:"score,omitempty"`
	Stamp
}

// In tells whether the customer is in a segment now.
func (p *Profile) In(segment string) bool { return p.Segments[segment].Entered }
