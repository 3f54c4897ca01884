// Package lifestage invites a customer to the shop's club for what has changed in their
// life: a child, a move, a pet. It takes their word for it. What their orders make likely
// it takes up only where that is nobody's secret; of anything private it presumes nothing,
// and asks what matters to them.
package lifestage

import (
	_ "embed"
	"net/url"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

const (
	name = "lifestage"
	key  = "stage" // one for all stages: who is invited to a club hears of the next another time
)

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define(name, manifest, texts, func(s settings, t words.Texts) flow.Rules {
	l := life{s, t}
	return flow.Rules{Need: l.need, Handlers: []flow.Handler{
		flow.On(func(events.CustomerUpdated) string { return key }, l.told),
		flow.On(func(events.OrderPlaced) string { return key }, l.ordered),
	}}
})

type settings struct {
	Child   []string      `envconfig:"CHILD" default:"baby,børn"`                      // categories that make the stage likely
	Move    []string      `envconfig:"MOVE" default:"flytning"`                        // likewise
	Pet     []string      `envconfig:"PET" default:"hund,kat"`                         // likewise
	Orders  int           `envconfig:"ORDERS" default:"2" least:"1" most:"16"`         // with such a product
	Within  time.Duration `envconfig:"WITHIN" default:"2160h" least:"1s" most:"8760h"` // the orders that count
	ClubURL string        `envconfig:"CLUB_URL" default:"https://traadogtrae.example/klub" want:"url"`
	AskURL  string        `envconfig:"ASK_URL" default:"https://traadogtrae.example/om-mig" want:"url"` // where customers tell what matters to them
}

type life struct {
	settings
	texts words.Texts
}

// stages are those there is a club for.
var stages = []string{"child", "move", "pet"}

// stale is how old an event is that no customer would understand an answer to.
const stale = 14 * 24 * time.Hour

func (l life) told(m flow.Moment[events.CustomerUpdated]) flow.Decision {
	if stage := declared(m); stage != "" {
		return l.invite(m.Profile, stage).Because("declared")
	}
	return flow.Nothing("no new word on a stage of life")
}

// ordered looks at what was declared as well: what waited for the morning ended with this
// order, the goal.
func (l life) ordered(m flow.Moment[events.OrderPlaced]) flow.Decision {
	switch stage := declared(m); {
	case stage != "":
		return l.invite(m.Profile, stage).Because("declared")
	case len(m.Profile.Declared(events.TraitLifeStage)) > 0:
		return flow.Nothing("has told us")
	case m.Now.Sub(m.At) > stale:
		return flow.Nothing("too long ago")
	}
	for _, stage := range stages {
		if skus, categories := l.signs(m.Profile, stage); len(skus) > 0 && !invited(m, stage) {
			return l.invite(m.Profile, stage).Inferred(skus...).Inferred(categories...).Otherwise(l.ask(m.Profile)).
				Because("%d orders within %s", l.Orders, l.Within)
		}
	}
	return flow.Nothing("no new sign of a stage of life")
}

// declared is the stage that the customer told us of lately and was not invited for.
func declared[T any](m flow.Moment[T]) string {
	if m.Now.Sub(m.Profile.Traits[events.TraitLifeStage].At) > stale {
		return ""
	}
	for _, stage := range m.Profile.Declared(events.TraitLifeStage) {
		if slices.Contains(stages, stage) && !invited(m, stage) {
			return stage
		}
	}
	return ""
}

func invited[T any](m flow.Moment[T], stage string) bool {
	_, done := m.Thread.Acted(name, key, "invite "+stage)
	_, asked := m.Thread.Acted(name, key, "ask")
	return done || asked && len(m.Profile.Declared(events.TraitLifeStage)) == 0
}

// signs are the products of a stage, and their categories, that the customer ordered often
// enough of late, and not for somebody else; empty when it was not often enough.
func (l life) signs(c *profile.Profile, stage string) (skus, categories []string) {
	orders, likely := 0, l.categories(stage)
	for _, o := range c.Placed {
		if o.At.Before(c.Placed[0].At.Add(-l.Within)) {
			break
		}
		before := len(skus)
		for _, line := range o.Lines {
			if o.Gift == "" && slices.Contains(likely, line.Category) {
				skus, categories = append(skus, line.SKU), append(categories, line.Category)
			}
		}
		if len(skus) > before {
			orders++
		}
	}
	if orders < l.Orders {
		return nil, nil
	}
	return skus, categories
}

func (l life) categories(stage string) []string {
	return map[string][]string{"child": l.Child, "move": l.Move, "pet": l.Pet}[stage]
}

// need asks for the products of an order: some are nobody's business.
func (l life) need(c *profile.Profile, data any) (n catalog.Need) {
	if _, ok := data.(events.OrderPlaced); ok {
		for _, stage := range stages {
			skus, _ := l.signs(c, stage)
			n.SKUs = append(n.SKUs, skus...)
		}
	}
	return n
}

func (l life) invite(c *profile.Profile, stage string) flow.Decision {
	return flow.ActMessage("invite", func() (words.Message, error) {
		club, err := url.JoinPath(l.ClubURL, stage)
		s := l.texts.In(c.Locale.Text()).With(map[string]any{"Name": c.FirstName()})
		if err != nil {
			return words.Message{}, err
		}
		return s.Message(stage, words.ButtonTo(s.Say("button"), club)), s.Err()
	}, "email", "push").For(stage)
}

func (l life) ask(c *profile.Profile) flow.Decision {
	return flow.ActMessage("ask", func() (words.Message, error) {
		s := l.texts.In(c.Locale.Text()).With(map[string]any{"Name": c.FirstName()})
		return s.Message("ask", words.ButtonTo(s.Say("tell"), l.AskURL)), s.Err()
	}, "email", "push")
}
