// Package worth is what asking a customer a question is worth: how likely an answer is, by
// what the answer gives to the flows that need it of this customer.
package worth

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"redthread.dev/functions/flows/profileenrich/plan"
	"redthread.dev/shared/profile"
)

// Prospect is what asking a question promises.
type Prospect struct {
	plan.Question
	Channel string
	Asked   int     // how often before
	Chance  float64 // of an answer, 0 to 1
	Gain    float64 // by the answer, in the shop's money
	Rank    float64
	gains   []string
}

// String tells what a question is worth, and why.
func (x Prospect) String() string {
	return fmt.Sprintf("%s %.2f: %.3g%% by %s × (%s)", x.Fills, x.Rank, 100*x.Chance, x.Channel, strings.Join(x.gains, " + "))
}

// Rank orders the questions that a customer may be asked: the highest comes first, and 0 is
// not asked at all.
type Rank func(*profile.Profile, Prospect) float64

// Expected ranks by what is to be expected of asking: 0 when that is less than least, and so
// not worth the customer's time.
func Expected(least float64) Rank {
	return func(_ *profile.Profile, x Prospect) float64 {
		if worth := x.Chance * x.Gain; worth >= least {
			return worth
		}
		return 0
	}
}

// Scale is what questions are weighed with.
type Scale struct {
	Plan  plan.Plan
	Decay float64 // of the chance of an answer, each time there was none, 0 to 1
	Rank  Rank
}

// Best returns the question of the highest rank, and the next one. What is known for sure is
// no question. Of each that may be asked it takes Question, Channel and Asked.
func (s Scale) Best(c *profile.Profile, at time.Time, may []Prospect) (best, next Prospect) {
	known := Known(s.Plan, c, at)
	for _, x := range may {
		if known[x.Fills] == 1 {
			continue
		}
		x.Chance = x.Question.Chance[x.Channel] * math.Pow(s.Decay, float64(x.Asked))
		s.weigh(c, known, &x)
		if x.Rank = s.Rank(c, x); x.Rank > best.Rank {
			best, next = x, best
		} else if x.Rank > next.Rank {
			next = x
		}
	}
	return best, next
}

// weigh adds up what the answer is worth to the flows that need it of this customer.
func (s Scale) weigh(c *profile.Profile, known map[string]float64, x *Prospect) {
	for _, n := range s.Plan.Needs {
		if !slices.Contains(n.Any, x.Fills) {
			continue
		}
		if gain := s.Plan.Worth[n.Flow] * Gap(n, c, known); gain > 0 {
			x.Gain += gain
			x.gains = append(x.gains, fmt.Sprintf("%s %.3g", n.Flow, gain))
		}
	}
}
