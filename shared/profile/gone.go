package profile

import (
	"slices"

	"redthread.dev/events"
)

// Gone is one address of several, such as a device, where nobody is reached any more.
type Gone struct {
	Channel string `json:"channel"`
	Address string `json:"address"` // HashAddress
	Stamp
}

// HashAddress is how an address is called that bounced, where its customer may have others.
func HashAddress(address string) string { return events.HashOf("address", address) }

// bounce shuts a channel, or the one address of it that was named.
func (p *Profile) bounce(s Stamp, channel, address string) {
	if address == "" {
		p.suppress(Suppression{channel, Bounced, s})
		return
	}
	p.Gone = latest(p.Gone, Gone{channel, clip(address), s}, keepGone, Gone.key)
}

func (g Gone) key() string { return g.Channel + " " + g.Address }

// gone tells whether an address of a channel has bounced, and no consent for the channel
// was given under it since.
func (p *Profile) gone(channel, address string) bool {
	if len(p.Gone) == 0 {
		return false
	}
	i := slices.IndexFunc(p.Gone, func(g Gone) bool { return g.Channel == channel && g.Address == HashAddress(address) })
	return i >= 0 && !slices.ContainsFunc(p.Consents, func(c Consent) bool {
		return c.Granted && c.Stamp.Compare(p.Gone[i].Stamp) > 0 && string(c.Channel) == channel &&
			slices.ContainsFunc(addressTypes[channel], func(idType string) bool { return slices.Contains(c.Identifiers, stated(idType, address)) })
	})
}
