package worth

import (
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/profileenrich/plan"
	"redthread.dev/shared/profile"
)

// Gap is the part of the flow's work that cannot be done for the customer, 0 to 1, as traits
// are known.
func Gap(n plan.Need, c *profile.Profile, known map[string]float64) float64 {
	if !n.Of(c) {
		return 0
	}
	most := 0.0
	for _, trait := range n.Any {
		most = max(most, known[trait])
	}
	return n.Part * (1 - most)
}

// Known is how sure each trait that can be asked for is known at a time, 0 to 1.
func Known(p plan.Plan, c *profile.Profile, at time.Time) map[string]float64 {
	known := make(map[string]float64, len(p.Questions))
	for _, q := range p.Questions {
		known[q.Fills] = sure(c, q.Fills, at)
	}
	return known
}

// sure is how sure a trait is known: what was declared is; what can be told from how the
// customer behaves is so in part, and may be confirmed.
func sure(c *profile.Profile, trait string, at time.Time) float64 {
	told := c.Traits[trait]
	if told.Declared && told.Value != "" {
		return 1
	}
	switch trait {
	case events.TraitStore:
		if stores := c.Stores(); len(stores) > 0 {
			return 0.8 / float64(len(stores))
		}
	case profile.TraitInterests:
		score := 0.0
		for _, i := range c.Interests(at) {
			if i.SKU == "" {
				score += i.Score
			}
		}
		return min(0.8, score/(score+6)) // one order and two views: a half
	case events.IDPhone:
		if _, ok := c.Address("sms"); ok {
			return 1
		}
	}
	return told.Confidence
}
