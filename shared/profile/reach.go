package profile

import "redthread.dev/events"

// Bar is why a channel must not be used for a customer; empty: it may be.
type Bar string

// The bars, the one that came furthest last.
const (
	Unreachable Bar = "unreachable" // no address
	NoConsent   Bar = "no-consent"  // marketing needs an opt-in
	Suppressed  Bar = "suppressed"  // the customer, a bounce or an erasure said no
)

// Barred tells whether the customer may be reached through a channel for a purpose.
// The policy asks before a flow acts, and the channel asks once more before it sends.
//
// Messages and audiences need an address and consent: an opt-in for marketing; for
// service about the customer's own order that they have not refused it. Audiences
// are asked for under the channel ads. What is work for the shop itself (a ticket, a
// lead, a sync) needs neither, but nothing is done about a customer who was erased.
func (p *Profile) Barred(kind events.ActionKind, channel string, purpose events.Purpose) Bar {
	if !p.Erased.IsZero() {
		return Suppressed
	}
	asked := events.ConsentChannel(channel)
	switch kind {
	case events.ActionMessage:
	case events.ActionAudience:
		asked = events.ConsentAds
	default:
		return ""
	}
	if _, ok := p.Address(channel); !ok {
		return Unreachable
	}
	_, shut := p.Suppression(string(asked))
	granted, refused := p.Consented(asked, purpose)
	switch {
	case shut || refused:
		return Suppressed
	case purpose != events.PurposeService && !granted:
		return NoConsent
	}
	return ""
}
