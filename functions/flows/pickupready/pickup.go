// Package pickupready tells a customer that a click-and-collect order waits in the
// store, reminds after two days, and calls once more before it goes back.
package pickupready

import (
	_ "embed"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define("pickupready", manifest, texts, func(s settings, t words.Texts) flow.Rules {
	p := pickup{s, t}
	return flow.Rules{
		Handlers: []flow.Handler{
			flow.On(func(o events.OrderReady) string { return o.OrderID }, p.ready),
			flow.On(func(o events.OrderCollected) string { return o.OrderID }, p.collected),
			flow.OnTimer("remind", p.remind),
			flow.OnTimer("lastcall", p.lastCall),
		},
		Need: need,
	}
})

type settings struct {
	Remind   time.Duration `envconfig:"REMIND" default:"48h" least:"1s" most:"8760h"`    // after the order was ready
	LastCall time.Duration `envconfig:"LAST_CALL" default:"24h" least:"1s" most:"8760h"` // before it goes back
	ShopURL  string        `envconfig:"SHOP_URL" default:"https://traadogtrae.example" want:"url"`
}

type pickup struct {
	settings
	texts words.Texts
}

// state is what is remembered about one order.
type state struct {
	Code string `json:"code"` // the one the customer was told
}

func (p pickup) ready(m flow.Moment[events.OrderReady]) flow.Decision {
	var s state
	m.State(&s)
	known, ok := waiting(m.Profile, m.Key)
	switch {
	case !ok:
		return flow.Nothing("collected already").Drop()
	case known.At.After(m.At):
		return flow.Nothing("an older word on the order")
	case !m.Now.Before(m.Data.HoldUntil):
		return flow.Nothing("the order went back to the shelf").Drop()
	}
	d := p.write("ready", known, m.Profile, m.Facts, m.Now).Keep(state{Code: known.Code})
	if s.Code != "" && s.Code != known.Code || rest(m.Profile, known) {
		d = d.For(stamp(known)) // what we said is wrong now
	}
	if at := m.At.Add(p.Remind); at.Before(m.Data.HoldUntil.Add(-p.LastCall)) {
		d = d.Then("remind", at)
	}
	if at := m.Data.HoldUntil.Add(-p.LastCall); at.After(m.At) {
		d = d.Then("lastcall", at)
	}
	return d.Because("held until %s", m.Data.HoldUntil.UTC().Format(time.RFC3339))
}

func (p pickup) collected(flow.Moment[events.OrderCollected]) flow.Decision {
	return flow.Nothing("collected")
}

func (p pickup) remind(m flow.Moment[thread.Timer]) flow.Decision { return p.again("remind", m) }

func (p pickup) lastCall(m flow.Moment[thread.Timer]) flow.Decision { return p.again("lastcall", m) }

func (p pickup) again(step string, m flow.Moment[thread.Timer]) flow.Decision {
	order, ok := waiting(m.Profile, m.Key)
	switch {
	case !ok:
		return flow.Nothing("collected already").Drop()
	case !m.Now.Before(order.HoldUntil):
		return flow.Nothing("the order went back to the shelf")
	}
	d := p.write(step, order, m.Profile, m.Facts, m.Now)
	if rest(m.Profile, order) {
		d = d.For(stamp(order))
	}
	return d
}

// waiting returns what is known of an order that is ready and was not fetched, or not all of it.
func waiting(c *profile.Profile, order string) (profile.Ready, bool) {
	i := slices.IndexFunc(c.Ready, func(r profile.Ready) bool { return r.OrderID == order })
	if i < 0 || slices.ContainsFunc(c.Collected, func(x profile.Collected) bool { return x.OrderID == order && !c.Ready[i].Rest(x) }) {
		return profile.Ready{}, false
	}
	return c.Ready[i], true
}

// rest tells whether an order that waits is what was left of it.
func rest(c *profile.Profile, order profile.Ready) bool {
	return slices.ContainsFunc(c.Collected, order.Rest)
}

// stamp tells one word that an order is ready from another.
func stamp(order profile.Ready) string { return order.At.UTC().Format("2006-01-02T15:04:05Z") }

func need(c *profile.Profile, data any) catalog.Need {
	var stores []string
	for _, r := range c.Ready {
		stores = append(stores, r.StoreID)
	}
	if o, ok := data.(events.OrderReady); ok {
		stores = []string{o.StoreID}
	}
	return catalog.Need{StoreIDs: stores}
}

func (p pickup) write(step string, o profile.Ready, c *profile.Profile, facts catalog.Facts, now time.Time) flow.Decision {
	return flow.ActMessage(step, func() (words.Message, error) {
		voice := p.texts.In(c.Locale.Text())
		store, ok := facts.Store(o.StoreID)
		if !ok {
			store.Name = o.StoreID
		}
		until := o.HoldUntil.In(showcase.Zone(store, c))
		s := voice.With(map[string]any{"Name": c.FirstName(), "Store": store.Name, "Code": o.Code, "Order": o.OrderID, "Until": until})
		rows := []words.Fact{{Label: s.Say("order"), Value: o.OrderID}, {Label: s.Say("store"), Value: showcase.Address(store)}}
		if hours, ok := facts.Hours(o.StoreID); ok {
			rows = append(rows, words.Fact{Label: s.Say("hours"), Value: hours.Describe(now, voice.Locale())})
		}
		return s.Message(step, words.CodeToShow(o.Code, true), words.Facts(rows...), words.ButtonTo(s.Say("button"), p.ShopURL)), s.Err()
	}, "sms", "push", "email")
}
