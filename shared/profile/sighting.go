package profile

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
)

// Sighting is what identity resolution sees of an event.
type Sighting struct {
	At     time.Time
	By     string   // events.Hash, for order among equal times
	Strong []string // names, type:value, in the order in which they are believed
	Weak   []string // names, type:value, sorted
	Pin    string   // the profile that an action or link of ours named
	Self   string   // the id of the profile that it makes if it must
	Waived []string // names that it no longer speaks for; see Alone

	// Company is how the strong names are noted under the weak ones; nil: as they are.
	Company []string
}

// NameOf writes an identifier as resolution knows it.
func NameOf(idType, value string) string { return idType + ":" + value }

// TypeOf returns the identifier type of a name.
func TypeOf(name string) string {
	idType, _, _ := strings.Cut(name, ":")
	return idType
}

// NewSighting sorts an event's normalised identifiers into strong and weak. The
// type profile becomes the pin. A strong identifier outranks a pin, which is then
// dropped: a forwarded mail must not make two customers one.
func NewSighting(e events.Event, ids events.Identifiers, pin, self string) Sighting {
	s := Sighting{At: e.Time().UTC(), By: events.Hash(e), Pin: cmp.Or(ids[events.IDProfile], pin), Self: self}
	for idType, value := range ids {
		switch {
		case idType == events.IDProfile:
		case events.Strong(idType):
			s.Strong = append(s.Strong, NameOf(idType, value))
		default:
			s.Weak = append(s.Weak, NameOf(idType, value))
		}
	}
	slices.SortFunc(s.Strong, moreTrusted)
	slices.Sort(s.Weak)
	if len(s.Strong) > 0 {
		s.Pin = ""
	}
	return s
}

// Names returns all names in the sighting, strong ones first.
func (s Sighting) Names() []string { return slices.Concat(s.Strong, s.Weak) }

// Alone returns the sighting without anything that could link: its most trusted
// name only.
func (s Sighting) Alone() Sighting {
	all := s.Names()
	switch {
	case len(s.Strong) > 0:
		s.Strong, s.Weak, s.Company = s.Strong[:1], nil, nil
	case s.Pin != "":
		s.Weak = nil
	case len(s.Weak) > 0:
		s.Weak = s.Weak[:1]
	}
	left := s.Names()
	s.Waived = slices.DeleteFunc(all, func(name string) bool { return slices.Contains(left, name) })
	return s
}

// Compare orders sightings by time, and by hash where times are the same.
func (s Sighting) Compare(o Sighting) int {
	return cmp.Or(s.At.Compare(o.At), cmp.Compare(s.By, o.By))
}

func (s Sighting) company() []string {
	if s.Company != nil {
		return s.Company
	}
	return s.Strong
}

// hour is the resolution at which logins are compared, so that a customer at work
// on one device does not rewrite its identity with every click.
func (s Sighting) hour() int64 { return s.At.Unix() / 3600 }

// trust lists the strong types, the most trusted first: what somebody had a secret
// or a card for before what anybody can type in.
var trust = []string{events.IDLogin, events.IDCRM, events.IDLoyaltyCard, events.IDEmail, events.IDPhone}

// StrongTypes is how many types of strong identifiers there are.
const StrongTypes = 5

func moreTrusted(a, b string) int {
	return cmp.Or(
		cmp.Compare(slices.Index(trust, TypeOf(a)), slices.Index(trust, TypeOf(b))),
		cmp.Compare(a, b))
}
