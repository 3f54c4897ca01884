package profile

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"redthread.dev/events"
)

// Identifier is one name a customer goes by.
type Identifier struct {
	Type  string    `json:"type"`
	Value string    `json:"value"` // normalised
	Last  time.Time `json:"last"`  // when it was used last
}

// Known tells whether a strong identifier of the customer is known; the others are
// anonymous.
func (p *Profile) Known() bool {
	return slices.ContainsFunc(p.Identifiers, func(i Identifier) bool { return events.Strong(i.Type) })
}

// Identifier returns the customer's identifier of a type that was used last.
func (p *Profile) Identifier(idType string) (value string, ok bool) {
	i := slices.IndexFunc(p.Identifiers, func(i Identifier) bool { return i.Type == idType })
	if i < 0 {
		return "", false
	}
	return p.Identifiers[i].Value, true
}

// Address returns where a channel finds the customer: an e-mail address, a phone
// number for sms and phone, a push token; for ads (the channel audience) an e-mail
// address or phone number to be hashed; for post, as no profile holds a street, a name by
// which the shop's own system finds where the customer lives. It is the one used last, of those that have not
// bounced by themselves. Other channels need no address and have none.
func (p *Profile) Address(channel string) (value string, ok bool) {
	for value := range p.Addresses(channel) {
		return value, true
	}
	return "", false
}

// Addresses returns all of which Address returns the first.
func (p *Profile) Addresses(channel string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, idType := range addressTypes[channel] {
			for _, i := range p.Identifiers {
				if i.Type == idType && !p.gone(channel, i.Value) && !yield(i.Value) {
					return
				}
			}
		}
	}
}

var addressTypes = map[string][]string{
	"email":    {events.IDEmail},
	"sms":      {events.IDPhone},
	"phone":    {events.IDPhone},
	"push":     {events.IDPushToken},
	"ads":      {events.IDEmail, events.IDPhone},
	"audience": {events.IDEmail, events.IDPhone},
	"post":     {events.IDCRM, events.IDLoyaltyCard, events.IDLogin, events.IDEmail},
}

// identify notes that identifiers were used, and keeps the newest of each type; of the
// weak ones, which may be of any number of types, also the newest in all.
func (p *Profile) identify(used ...Identifier) {
	if len(used) == 0 {
		return
	}
	out := p.Identifiers
	if !p.mine {
		out = append(make([]Identifier, 0, len(out)+len(used)), out...)
	}
	for _, x := range used {
		i := slices.IndexFunc(out, func(i Identifier) bool { return i.Type == x.Type && i.Value == x.Value })
		if i < 0 {
			out = append(out, x)
			continue
		}
		out[i].Last = latestTime(out[i].Last, x.Last)
	}
	slices.SortFunc(out, Identifier.compare)
	for _, x := range used {
		out = keepOf(out, x.Type)
	}
	p.Identifiers = newestWeak(out)
}

// newestWeak drops the oldest weak identifiers beyond those that are kept in all.
func newestWeak(all []Identifier) []Identifier {
	if len(all) <= keepAllWeak {
		return all
	}
	count := 0
	return slices.DeleteFunc(all, func(i Identifier) bool {
		if !events.Strong(i.Type) {
			count++
		}
		return count > keepAllWeak && !events.Strong(i.Type)
	})
}

// keepOf drops the oldest identifiers of a type beyond those that are kept.
func keepOf(all []Identifier, idType string) []Identifier {
	limit := keepWeak
	switch {
	case events.Strong(idType):
		limit = keepStrong
	case idType == events.IDPushToken:
		limit = keepDevices
	}
	if len(all) <= limit {
		return all
	}
	count := 0
	return slices.DeleteFunc(all, func(i Identifier) bool {
		if i.Type == idType {
			count++
		}
		return i.Type == idType && count > limit
	})
}

// compare orders the last used first.
func (i Identifier) compare(o Identifier) int {
	if c := o.Last.Compare(i.Last); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(i.Type, o.Type), cmp.Compare(i.Value, o.Value))
}
