package flow

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// Reason is why the policy refuses an act or puts it off.
type Reason string

// The reasons, in the order in which they are looked at.
const (
	Unreachable   Reason = Reason(profile.Unreachable)
	NoConsent     Reason = Reason(profile.NoConsent)
	Suppressed    Reason = Reason(profile.Suppressed)
	Sensitive     Reason = "sensitive"
	OpenComplaint Reason = "open-complaint"
	HeldOut       Reason = "held-out"
	Capped        Reason = "capped"
	InQuiet       Reason = "quiet"
)

// Policy is what stands between an act and the customer, the same for all flows.
// Its fields are settings of every flow.
type Policy struct {
	Week     int      `envconfig:"ATTENTION_WEEK" default:"3" least:"0"`                                                     // marketing messages in 7 days
	Day      int      `envconfig:"ATTENTION_DAY" default:"1" least:"0"`                                                      // and on one day in the customer's own zone
	Quiet    Quiet    `envconfig:"QUIET" default:"21-08"`                                                                    // in the customer's own zone
	Control  float64  `envconfig:"CONTROL" default:"0.02" least:"0" most:"1"`                                                // share of customers no flow writes to, 0 to 1
	Holdout  float64  `envconfig:"HOLDOUT" default:"-1" least:"-1" most:"1"`                                                 // share of this flow; -1: the manifest's
	Zone     string   `envconfig:"ZONE" default:"Europe/Copenhagen" want:"zone"`                                             // of customers whose zone is unknown
	Channels []string `envconfig:"CHANNELS" default:"email,sms,audience,ticket,crm" of:"email,sms,audience,ticket,push,crm"` // that are there to be used
	Tender   []string `envconfig:"SENSITIVE" default:"health,pregnancy,religion,sexuality,politics"`                         // categories
}

// proposal is an act that asks to be let through.
type proposal struct {
	flow, key, step    string
	purpose            events.Purpose
	priority           string
	kind               events.ActionKind
	remove             bool // takes the customer out of something: always allowed
	urgent             bool
	channels, inferred []string
	holdout            float64
}

// ruling is what the policy says to a proposal.
type ruling struct {
	reason   Reason // empty: go ahead
	channel  string
	until    time.Time      // of a quiet ruling
	displace thread.Contact // the weaker contact whose place this one may take, if capped
}

// rule goes through the reasons in their order.
func (p Policy) rule(a proposal, c *profile.Profile, t *thread.Thread, facts catalog.Facts, now time.Time, zone *time.Location) ruling {
	if !c.Erased.IsZero() {
		return ruling{reason: Suppressed}
	}
	if a.kind == events.ActionTicket || a.kind == events.ActionSync || a.remove {
		return ruling{channel: a.channels[0]}
	}
	channel, why := p.channel(a, c)
	if why != "" {
		return ruling{reason: why}
	}
	if slices.ContainsFunc(a.inferred, func(s string) bool { return p.tender(s, facts) }) {
		return ruling{reason: Sensitive}
	}
	if a.purpose == events.PurposeMarketing {
		if r := p.marketing(a, c, t, now, zone); r.reason != "" {
			r.channel = channel
			return r
		}
	}
	if a.kind == events.ActionMessage && !a.urgent && p.Quiet.At(now, zone) {
		return ruling{reason: InQuiet, channel: channel, until: p.Quiet.End(now, zone)}
	}
	return ruling{channel: channel}
}

func (p Policy) marketing(a proposal, c *profile.Profile, t *thread.Thread, now time.Time, zone *time.Location) ruling {
	if c.OpenComplaint() || t.ToMend(now) {
		return ruling{reason: OpenComplaint}
	}
	if share(c.ID, "") < p.Control || share(c.ID, a.flow) < a.holdout {
		return ruling{reason: HeldOut}
	}
	if a.kind == events.ActionMessage {
		return p.budget(a.priority, t, now, zone)
	}
	return ruling{}
}

// channel picks the first offered channel that nothing bars; else it names the
// reason of the channel that came furthest. CHANNELS are ways to customers: a lead goes
// to our own salespeople, a prompt to our own tills.
func (p Policy) channel(a proposal, c *profile.Profile) (string, Reason) {
	furthest := Unreachable
	for _, ch := range a.channels {
		if a.kind != events.ActionLead && a.kind != events.ActionPrompt && !slices.Contains(p.Channels, ch) {
			continue
		}
		switch bar := c.Barred(a.kind, ch, a.purpose); bar {
		case "":
			return ch, ""
		case profile.NoConsent, profile.Suppressed:
			if furthest != Suppressed {
				furthest = Reason(bar)
			}
		}
	}
	return "", furthest
}

// opens tells whether a message may go through a channel.
func (p Policy) opens(channel string, purpose events.Purpose, c *profile.Profile) bool {
	_, why := p.channel(proposal{kind: events.ActionMessage, purpose: purpose, channels: []string{channel}}, c)
	return why == ""
}

func (p Policy) tender(skuOrCategory string, facts catalog.Facts) bool {
	if slices.Contains(p.Tender, skuOrCategory) {
		return true
	}
	product, ok := facts.Product(skuOrCategory)
	return ok && (product.Sensitive || slices.ContainsFunc(product.Categories, func(c string) bool {
		return slices.Contains(p.Tender, c)
	}))
}

// share maps a customer and a flow to [0, 1), evenly and for good: whoever is
// below the holdout's share is held out.
func share(profile, flow string) float64 {
	sum := sha256.Sum256([]byte(profile + "\x00" + flow))
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}
