package profile

import (
	"slices"
	"strings"

	"redthread.dev/events"
)

// Consent is one statement of the customer: that a channel may, or may not, be used
// for a purpose. It counts for every identifier it was made under.
type Consent struct {
	Channel     events.ConsentChannel `json:"channel"`
	Purpose     events.Purpose        `json:"purpose"`
	Granted     bool                  `json:"granted"`
	Identifiers []string              `json:"identifiers"` // type:value
	TextHash    string                `json:"text_hash,omitempty"`
	Version     string                `json:"version,omitempty"`
	Evidence    events.Evidence       `json:"evidence,omitzero"`
	Stamp
}

// Suppression keeps a channel shut because a message in it bounced for good or was
// called spam.
type Suppression struct {
	Channel string `json:"channel"`
	Reason  string `json:"reason"` // bounced or complained
	Stamp
}

// Consented tells whether a channel may be used for a purpose: granted when the
// customer has said so and refused when they have said the opposite; neither when
// they have said nothing.
//
// A later statement takes the place of an earlier one that it shares an identifier
// with. What is left may come from customers who were merged: then one refusal
// outweighs any grant, so that a merge never gives a permission nobody gave.
func (p *Profile) Consented(channel events.ConsentChannel, purpose events.Purpose) (granted, refused bool) {
	about := make([]Consent, 0, len(p.Consents))
	for _, c := range p.Consents {
		if c.covers(channel, purpose) {
			about = append(about, c)
		}
	}
	for _, c := range about {
		if slices.ContainsFunc(about, c.replacedBy) {
			continue
		}
		granted, refused = granted || c.Granted, refused || !c.Granted
	}
	return granted && !refused, refused
}

func (c Consent) covers(channel events.ConsentChannel, purpose events.Purpose) bool {
	return (c.Channel == channel || c.Channel == events.ConsentAll) &&
		(c.Purpose == purpose || c.Purpose == events.PurposeAll)
}

// TakesMarketing tells whether the customer has agreed to be written to in some channel, as
// far as can be told without looking closer: whether it may be done, the policy says.
func (p *Profile) TakesMarketing() bool { return slices.ContainsFunc(p.Consents, Consent.toMarketing) }

// Concerned tells whether a plan for all customers is addressed to this one: they take
// marketing, and nothing bars what comes of it. In its segment they may not be.
func (p *Profile) Concerned(by events.Planned) bool {
	return p.TakesMarketing() && (by.Kind == "" || p.Barred(by.Kind, "", events.PurposeMarketing) == "")
}

// toMarketing tells whether it lets the shop write to the customer on its own account. An
// advertisement elsewhere is not written to them.
func (c Consent) toMarketing() bool {
	return c.Granted && c.Channel != events.ConsentAds && c.Purpose != events.PurposeService && c.Purpose != events.PurposeProfiling
}

func (c Consent) replacedBy(o Consent) bool {
	return o.Stamp.Compare(c.Stamp) > 0 && slices.ContainsFunc(c.Identifiers, func(id string) bool {
		return slices.Contains(o.Identifiers, id)
	})
}

// Suppression returns why a channel is shut, if it is. A consent for the channel
// that the customer gave later lifts it: for a bounce only one that names an
// address of that channel again.
func (p *Profile) Suppression(channel string) (Suppression, bool) {
	for _, s := range p.Suppressions {
		if s.Channel == channel && !p.lifted(s) {
			return s, true
		}
	}
	return Suppression{}, false
}

func (p *Profile) lifted(s Suppression) bool {
	return slices.ContainsFunc(p.Consents, func(c Consent) bool {
		return c.Granted && c.Stamp.Compare(s.Stamp) > 0 && string(c.Channel) == s.Channel &&
			(s.Reason != Bounced || c.names(addressTypes[s.Channel]))
	})
}

// The reasons of a suppression.
const (
	Bounced    = "bounced"
	Complained = "complained"
)

func (c Consent) names(idTypes []string) bool {
	return slices.ContainsFunc(c.Identifiers, func(id string) bool {
		idType, _, _ := strings.Cut(id, ":")
		return slices.Contains(idTypes, idType)
	})
}
