// Package basketrecovery writes to a shopper who left a basket behind: after an
// hour, a day and three days, until they order or empty it.
package basketrecovery

import (
	_ "embed"
	"fmt"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/basketrecovery/letter"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define("basketrecovery", manifest, texts, func(s settings, t words.Texts) flow.Rules {
	r := recovery{s, t}
	return flow.Rules{
		Handlers: []flow.Handler{
			flow.On(func(b events.BasketUpdated) string { return b.BasketID }, r.updated),
			flow.On(func(b events.BasketAbandoned) string { return b.BasketID }, r.abandoned),
			flow.On(func(events.OrderPlaced) string { return "" }, r.ordered),
			flow.OnTimer("remind", r.remind),
		},
		Need: func(c *profile.Profile, _ any) catalog.Need { return letter.Need(c) },
	}
})

type settings struct {
	Wait     time.Duration `envconfig:"WAIT" default:"1h" least:"1s" most:"8760h"`      // to the first reminder
	Second   time.Duration `envconfig:"SECOND" default:"24h" least:"1s" most:"8760h"`   // from the last change of the basket
	Third    time.Duration `envconfig:"THIRD" default:"72h" least:"1s" most:"8760h"`    // from the last change of the basket
	Max      int           `envconfig:"MAX" default:"3" least:"0" most:"3"`             // reminders about one basket
	MaxAge   time.Duration `envconfig:"MAX_AGE" default:"168h" least:"1s" most:"8760h"` // older baskets are let be, as in an import
	VIPSpent int64         `envconfig:"VIP_SPENT" default:"300000" least:"0"`           // minor units: who has spent as much, refunds taken off, gets the voucher
	Voucher  string        `envconfig:"VOUCHER" default:""`                             // code in the third reminder; empty: none
	URL      string        `envconfig:"BASKET_URL" default:"https://traadogtrae.example/kurv" want:"url"`
}

type recovery struct {
	settings
	texts words.Texts
}

// state is what is remembered about one basket.
type state struct {
	At    time.Time `json:"at"`    // its last change that we know of
	Stage int       `json:"stage"` // reminders since that change
	Sent  int       `json:"sent"`  // reminders in all
}

func (r recovery) updated(m flow.Moment[events.BasketUpdated]) flow.Decision {
	var s state
	m.State(&s)
	switch {
	case m.At.Before(s.At):
		return flow.Nothing("an older word on the basket")
	case len(m.Data.Lines) == 0:
		return flow.Nothing("the basket is empty").Drop().Keep(state{At: m.At, Sent: s.Sent})
	case m.Data.Place == events.PlaceStore:
		return flow.Nothing("shopping in a store")
	case m.Now.Sub(m.At) > r.MaxAge:
		return flow.Nothing("the basket is too old")
	case gone(m.Profile, m.Key) != "":
		return flow.Nothing(gone(m.Profile, m.Key))
	case s.Sent >= r.Max:
		return flow.Nothing("reminded often enough")
	case m.At.Equal(s.At):
		return flow.Nothing("the same word once more") // the clock is set
	}
	return flow.Wait("remind", m.At.Add(r.Wait)).Keep(state{At: m.At, Sent: s.Sent})
}

// abandoned takes the shop's own word for it that nobody will come back.
func (r recovery) abandoned(m flow.Moment[events.BasketAbandoned]) flow.Decision {
	var s state
	m.State(&s)
	switch {
	case m.At.Before(s.At):
		return flow.Nothing("an older word on the basket")
	case m.Now.Sub(m.At) > r.MaxAge:
		return flow.Nothing("the basket is too old")
	case gone(m.Profile, m.Key) != "":
		return flow.Nothing(gone(m.Profile, m.Key))
	case s.Stage > 0 || s.Sent >= r.Max:
		return flow.Nothing("reminded already")
	}
	s.At = m.At
	basket, _ := m.Profile.OpenBasket()
	return r.write(s, letter.Letter{Customer: m.Profile, Basket: basket, Facts: m.Facts, Now: m.Now})
}

func (r recovery) ordered(flow.Moment[events.OrderPlaced]) flow.Decision {
	return flow.Nothing("an order was placed")
}

func (r recovery) remind(m flow.Moment[thread.Timer]) flow.Decision {
	var s state
	m.State(&s)
	basket, _ := m.Profile.OpenBasket()
	switch {
	case gone(m.Profile, m.Key) != "":
		return flow.Nothing(gone(m.Profile, m.Key))
	case basket.At.After(s.At):
		return flow.Wait("remind", basket.At.Add(r.Wait)).Keep(state{At: basket.At, Sent: s.Sent})
	}
	return r.write(s, letter.Letter{Customer: m.Profile, Basket: basket, Facts: m.Facts, Now: m.Now})
}

// write reminds of the basket, and sets the clock for the next time.
func (r recovery) write(s state, l letter.Letter) flow.Decision {
	s.Stage, s.Sent = s.Stage+1, s.Sent+1
	l.Number, l.URL, l.Texts = s.Sent, r.URL, r.texts
	if s.Sent >= 3 && l.Customer.Totals.Net(l.Basket.Total.Currency) >= r.VIPSpent {
		l.Voucher = r.Voucher
	}
	d := flow.ActMessage(fmt.Sprintf("reminder-%d", s.Sent), l.Message, "email", "push").Keep(s).
		Inferred(l.Inferred()...).
		Because("untouched since %s", l.Basket.At.UTC().Format(time.RFC3339)).
		Because("reminder %d of %d", s.Sent, r.Max)
	pauses := []time.Duration{r.Wait, r.Second, r.Third}
	if s.Sent < r.Max && s.Stage < len(pauses) {
		d = d.Then("remind", l.Basket.At.Add(pauses[s.Stage]))
	}
	return d
}

// gone tells why the basket is not the one the customer would come back to; empty
// when it is. An order, the goal, may have come before word of the basket did.
func gone(c *profile.Profile, basket string) string {
	next, open := c.OpenBasket()
	switch {
	case open && next.ID == basket && next.Place == events.PlaceStore:
		return "shopping in a store"
	case open && next.ID == basket && !c.OrderedSince(next.At):
		return ""
	case open && next.ID == basket:
		return "something else was bought"
	case slices.ContainsFunc(c.Placed, func(o profile.Placed) bool { return o.BasketID == basket }):
		return "bought"
	case slices.ContainsFunc(c.Baskets, func(b profile.Basket) bool { return b.ID == basket && len(b.Lines) == 0 }):
		return "emptied"
	case open:
		return "left for another basket"
	}
	return "bought"
}
