package profileenrich

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"redthread.dev/events"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

//go:embed questions.yaml
var questions []byte

// plan is what questions.yaml says.
type plan struct {
	Worth     map[string]float64
	Needs     []need
	Questions []question
}

type need struct {
	Flow string
	Any  []string
	Part float64
	When string
}

type question struct {
	Fills  string
	Chance map[string]float64
	About  []string
	Also   string
}

// channels are those to ask in, the nearest first.
var channels = []string{"push", "email"}

// planned reads questions.yaml. It is part of the program: what is wrong with it is an
// error of the program, which each test that makes the flow finds.
var planned = sync.OnceValue(func() (p plan) {
	d := yaml.NewDecoder(bytes.NewReader(questions))
	d.KnownFields(true)
	if err := d.Decode(&p); err != nil {
		panic(fmt.Sprintf("%s/questions.yaml: %v", name, err))
	}
	return p
})

// worths is the setting WORTH: what flows are worth, written visitprep:12,lifestage:0.
type worths map[string]float64

// Decode reads the setting. The error says what is expected.
func (w *worths) Decode(setting string) error {
	*w = worths{}
	for one := range strings.SplitSeq(setting, ",") {
		if strings.TrimSpace(setting) == "" {
			return nil
		}
		flow, amount, _ := strings.Cut(strings.TrimSpace(one), ":")
		worth, err := strconv.ParseFloat(amount, 64)
		if _, known := planned().Worth[flow]; !known || err != nil || !(worth >= 0) || math.IsInf(worth, 0) {
			return errors.New("expected flow:worth, with commas between, as in visitprep:12,lifestage:0; there are " +
				strings.Join(slices.Sorted(maps.Keys(planned().Worth)), ", "))
		}
		(*w)[flow] = worth
	}
	return nil
}

func (w worths) plan() plan {
	p := planned()
	p.Worth = maps.Clone(p.Worth)
	maps.Copy(p.Worth, w)
	return p
}

// signs are what a customer must show for a need to be one.
var signs = map[string]func(*profile.Profile) bool{
	"": func(*profile.Profile) bool { return true },
	"stores": func(c *profile.Profile) bool {
		return len(c.Stores()) > 0 || slices.ContainsFunc(c.Views, func(v profile.View) bool { return v.Kind == events.PageStoreFinder })
	},
	"collects": func(c *profile.Profile) bool {
		return slices.ContainsFunc(c.Placed, func(o profile.Placed) bool { return o.Delivery == events.DeliveryCollect })
	},
	"gifts": func(c *profile.Profile) bool {
		return slices.ContainsFunc(c.Placed, func(o profile.Placed) bool { return o.Gift != "" })
	},
}

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
	for _, q := range e.plan.Questions {
		x := prospect{question: q, channel: channel, asked: s.Asked[q.Fills]}
		if slices.ContainsFunc(m.Thread.Contacts, func(c thread.Contact) bool { return q.Also != "" && c.Flow == q.Also && c.Step == "ask" }) {
			x.asked++
		}
		_, answered := m.Profile.Answers[q.Fills]
		if answered || x.asked >= e.Times || slices.ContainsFunc(q.About, m.Sensitive) || sure(m.Profile, q.Fills, m.At) == 1 {
			continue
		}
		x.chance = q.Chance[channel] * math.Pow(e.Decay, float64(x.asked))
		e.weigh(m.Profile, m.At, &x)
		if x.rank = e.rank(e, m.Profile, x); x.rank > best.rank {
			best, next = x, best
		} else if x.rank > next.rank {
			next = x
		}
	}
	return best, next
}

// weigh adds up what the answer is worth to the flows that need it of this customer.
func (e enrich) weigh(c *profile.Profile, at time.Time, x *prospect) {
	for _, n := range e.plan.Needs {
		if gain := e.plan.Worth[n.Flow] * n.gap(c, at); gain > 0 && slices.Contains(n.Any, x.Fills) {
			x.gain += gain
			x.gains = append(x.gains, fmt.Sprintf("%s %.3g", n.Flow, gain))
		}
	}
}

// gap is the part of the flow's work that cannot be done for the customer.
func (n need) gap(c *profile.Profile, at time.Time) float64 {
	if !signs[n.When](c) {
		return 0
	}
	known := 0.0
	for _, trait := range n.Any {
		known = max(known, sure(c, trait, at))
	}
	return n.Part * (1 - known)
}

// sure is how sure a trait is known, 0 to 1: what was declared is; what can be told from
// how the customer behaves is so in part, and may be confirmed.
func sure(c *profile.Profile, trait string, at time.Time) float64 {
	if len(c.Declared(trait)) > 0 {
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
	return c.Traits[trait].Confidence
}
