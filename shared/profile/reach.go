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
// Messages, audiences and print lists need an address and consent: an opt-in for marketing;
// for service about the customer's own order that they have not refused it. Which consent
// it is, and which address, Asked says. A lead for marketing needs a way to approach the
// customer (see Ways). What is work for the shop itself (a ticket, a sync) needs neither,
// but nothing is done about a customer who was erased.
func (p *Profile) Barred(kind events.ActionKind, channel string, purpose events.Purpose) Bar {
	if !p.Erased.IsZero() {
		return Suppressed
	}
	switch kind {
	case events.ActionMessage, events.ActionAudience, events.ActionPrint:
	case events.ActionLead:
		if purpose == events.PurposeService {
			return ""
		}
		_, bar := p.Ways()
		return bar
	case events.ActionPrompt:
		if purpose == events.PurposeService {
			return ""
		}
		return p.spokenTo()
	default:
		return ""
	}
	asked := Asked(kind, channel)
	if _, ok := p.Address(string(asked)); !ok {
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

// Asked is the channel that a customer is asked to consent to before something of a kind is
// done in a channel of ours: ads for an audience, post for a print list, else the channel
// itself.
func Asked(kind events.ActionKind, channel string) events.ConsentChannel {
	switch kind {
	case events.ActionAudience:
		return events.ConsentAds
	case events.ActionPrint:
		return events.ConsentPost
	}
	return events.ConsentChannel(channel)
}

// Ways returns how a salesperson may turn to the customer: by phone, by email, the better
// first. Without one the bar is that of the way that came furthest.
//
// To be looked through for a sale and then called upon is marketing, which anybody may
// refuse at any time, the profiling before it included (GDPR, article 21(2) and (3)): who
// has said no to marketing or to profiling in a channel is not approached through it, and
// after a no to all channels not at all. A private person must have said yes besides, as
// to any marketing of ours: calling consumers without their consent is against the law in
// Denmark, for one. A company is called upon in the course of its business, and until it refuses.
func (p *Profile) Ways() (ways []string, bar Bar) {
	bar = Unreachable
	for _, way := range []events.ConsentChannel{events.ConsentPhone, events.ConsentEmail} {
		switch b := p.approach(way); {
		case b == "":
			ways = append(ways, string(way))
		case bar == Unreachable || b == Suppressed:
			bar = b
		}
	}
	if len(ways) > 0 {
		return ways, ""
	}
	return nil, bar
}

func (p *Profile) approach(way events.ConsentChannel) Bar {
	if _, ok := p.Address(string(way)); !ok {
		return Unreachable
	}
	_, shut := p.Suppression(string(way))
	granted, refused := p.Consented(way, events.PurposeMarketing)
	_, private := p.Consented(way, events.PurposeProfiling)
	switch {
	case shut || refused || private:
		return Suppressed
	case !granted && p.Company() == "":
		return NoConsent
	}
	return ""
}

// ways are those in which a customer may agree to be turned to with marketing.
var ways = []events.ConsentChannel{events.ConsentEmail, events.ConsentSMS, events.ConsentPush, events.ConsentPhone, events.ConsentPost}

// spokenTo tells whether a customer who is in a store may be spoken to about what we know of
// them. Nobody is asked to agree to that by itself: it takes their consent to marketing in some
// way, and that they have refused neither all of it nor to have a profile made use of.
func (p *Profile) spokenTo() Bar {
	_, refused := p.Consented(events.ConsentAll, events.PurposeMarketing)
	_, private := p.Consented(events.ConsentAll, events.PurposeProfiling)
	if refused || private {
		return Suppressed
	}
	for _, way := range ways {
		if granted, _ := p.Consented(way, events.PurposeMarketing); granted {
			return ""
		}
	}
	return NoConsent
}
