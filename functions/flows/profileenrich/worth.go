package profileenrich

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// prospect is what asking a question promises.
type prospect struct {
	question
	channel string
	asked   int
	chance  float64 // of an answer
	gain    float64 // by the answer
	gains   []string
	rank    float64
}

// expected is what a question is worth: 0 when that is not worth the customer's time.
func expected(e enrich, _ *profile.Profile, x prospect) float64 {
	if worth := x.chance * x.gain; worth >= e.Least {
		return worth
	}
	return 0
}

// String tells what a question is worth, and why.
func (x prospect) String() string {
	return fmt.Sprintf("%s %.2f: %.3g%% by %s × (%s)", x.Fills, x.rank, 100*x.chance, x.channel, strings.Join(x.gains, " + "))
}

// best returns the question of the highest rank, and the next one.
func (e enrich) best(m flow.Moment[thread.Timer], s state) (best, next prospect) {
	channel := channels[len(channels)-1] // if none is open, the policy says why
	for _, ch := range slices.Backward(channels) {
		if m.Reaches(ch) {
			channel = ch
		}
	}
	known := e.plan.known(m.Profile, m.At)
	for _, q := range e.plan.Questions {
		x := prospect{question: q, channel: channel, asked: s.Asked[q.Fills]}
		if slices.ContainsFunc(m.Thread.Contacts, func(c thread.Contact) bool { return q.Also != "" && c.Flow == q.Also && c.Step == "ask" }) {
			x.asked++
		}
		_, answered := m.Profile.Answers[q.Fills]
		if answered || known[q.Fills] == 1 || x.asked >= e.Times || slices.ContainsFunc(q.About, m.Sensitive) {
			continue
		}
		x.chance = q.Chance[channel] * math.Pow(e.Decay, float64(x.asked))
		e.weigh(m.Profile, known, &x)
		if x.rank = e.rank(e, m.Profile, x); x.rank > best.rank {
			best, next = x, best
		} else if x.rank > next.rank {
			next = x
		}
	}
	return best, next
}

// weigh adds up what the answer is worth to the flows that need it of this customer.
func (e enrich) weigh(c *profile.Profile, known map[string]float64, x *prospect) {
	for _, n := range e.plan.Needs {
		if !slices.Contains(n.Any, x.Fills) {
			continue
		}
		if gain := e.plan.Worth[n.Flow] * n.gap(c, known); gain > 0 {
			x.gain += gain
			x.gains = append(x.gains, fmt.Sprintf("%s %.3g", n.Flow, gain))
		}
	}
}

// gap is the part of the flow's work that cannot be done for the customer.
func (n need) gap(c *profile.Profile, known map[string]float64) float64 {
	if !signs[n.When](c) {
		return 0
	}
	most := 0.0
	for _, trait := range n.Any {
		most = max(most, known[trait])
	}
	return n.Part * (1 - most)
}

// known is how sure each trait is known, 0 to 1.
func (p plan) known(c *profile.Profile, at time.Time) map[string]float64 {
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
