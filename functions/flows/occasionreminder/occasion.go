// Package occasionreminder reminds a customer of the day for which they gave somebody a
// present last year, some days before it comes again: with what they chose, one click from
// giving it once more. A birthday keeps its date; Mother's Day is when the calendar of the
// customer's country has it.
package occasionreminder

import (
	"cmp"
	_ "embed"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/occasionreminder/ahead"
	"redthread.dev/functions/flows/occasionreminder/letter"
	"redthread.dev/functions/flows/occasionreminder/present"
	"redthread.dev/functions/flows/occasionreminder/remembered"
	"redthread.dev/functions/flows/occasionreminder/tradition"
	"redthread.dev/shared/calendar"
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

const (
	name   = "occasionreminder"
	remind = "remind"
)

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define(name, manifest, texts, func(s settings, t words.Texts) flow.Rules {
	r := reminder{s, t}
	return flow.Rules{Kept: r.need, Handlers: []flow.Handler{
		flow.On(r.about, r.ordered),
		flow.OnTimer(remind, r.remind),
	}}
})

type settings struct {
	Days      int    `envconfig:"DAYS" default:"9" least:"3" most:"60"` // before the day
	Country   string `envconfig:"COUNTRY" default:"DK" of:"DK,SE"`      // of customers whose country is not known
	GiftShop  bool   `envconfig:"GIFT_SHOP" default:"false"`            // also an order that does not say so is a present
	BasketURL string `envconfig:"BASKET_URL" default:"https://traadogtrae.example/kurv" want:"url"`
	ShopURL   string `envconfig:"SHOP_URL" default:"https://traadogtrae.example" want:"url"`
}

type reminder struct {
	settings
	texts words.Texts
}

const (
	none = "no present" // the key of other orders: they end nothing
	// unsaid is the key of orders that a gift shop takes for presents.
	unsaid = "unsaid"
	// most is how many days of presents are remembered of a customer: as many as a thread
	// keeps states of a flow.
	most = 20
	// late is how many days before the day no present arrives in time any more.
	late = 2
	// hair is how much later than its order is what begins with it, so that the same order
	// does not end it when it is delivered once more.
	hair = time.Microsecond
)

func (r reminder) ahead() ahead.Days { return ahead.Days(r.Days) }

// need asks for the products of the presents that a timer came for.
func (r reminder) need(c *profile.Profile, t *thread.Thread, data any) catalog.Need {
	timer, ok := data.(thread.Timer)
	if !ok {
		return catalog.Need{}
	}
	all, country := remembered.In(t, name), r.country(c)
	one, ok := r.ahead().Due(all[timer.Key], timer.Due)
	if !ok {
		return catalog.Need{}
	}
	day, _ := one.Next(country)
	_, presents := all.On(day, country, c, r.ahead().Before(day))
	return letter.Need(c, presents)
}

// about is what an order was a present for, and to whom. The recipient's name does not
// leave the thread with the timer: a hash of it stands for it.
func (r reminder) about(o events.OrderPlaced) string {
	occasion, yearly := calendar.OccasionOf(o.Gift.Occasion)
	switch {
	case yearly:
		return string(occasion) + " " + events.HashOf(name, strings.ToLower(present.Tidy(o.Gift.Recipient)))[:8]
	case o.Gift.Occasion == "" && r.GiftShop:
		return unsaid
	}
	return none
}

// ordered remembers a present until it is time to think of the next one. What it finds
// remembered of last year ends here: that one was given again.
func (r reminder) ordered(m flow.Moment[events.OrderPlaced]) flow.Decision {
	occasion, _ := calendar.OccasionOf(m.Data.Gift.Occasion)
	switch {
	case m.Key == none && m.Data.Gift.Occasion == "":
		return flow.Nothing("no present")
	case m.Key == none:
		return flow.Nothing("does not come back every year")
	}
	p := present.Of(m.Data, m.At)
	t := tradition.Tradition{Occasion: occasion}
	m.State(&t)
	t, news := t.With(p)
	latest := t.Presents[len(t.Presents)-1].At
	switch {
	case !news:
		return flow.Nothing("known already")
	case !m.Now.Before(tradition.Tradition{Occasion: occasion, Presents: []present.Present{p}}.Last()):
		return flow.Nothing("too long ago")
	case m.Thread.Besides(name, m.Key, remind) >= most:
		return flow.Nothing("more presents than we remember")
	}
	at, _ := r.ahead().Upcoming(t, latest)
	return flow.Wait(remind, at).About(latest.Add(hair)).Keep(t)
}

// remind writes about what it is time for, and waits for what comes after it.
func (r reminder) remind(m flow.Moment[thread.Timer]) flow.Decision {
	var t tradition.Tradition
	if !m.State(&t) {
		return flow.Nothing("no longer remembered")
	}
	d := flow.Nothing("nothing to remind of")
	if one, ok := r.ahead().Due(t, m.At); ok {
		d = r.of(m, one)
	}
	if next, ok := r.ahead().Upcoming(t, m.At); ok {
		d = d.Then(remind, next)
	}
	return d
}

// of writes about a day, once for all presents of it. What else was bought, or came back,
// has arrived by now, and so has where the customer lives: the timer came for the first day
// in any country.
func (r reminder) of(m flow.Moment[thread.Timer], t tradition.Tradition) flow.Decision {
	country := r.country(m.Profile)
	day, _ := t.Next(country)
	at := r.ahead().Before(day)
	why := t.Settled(m.Profile, at)
	switch {
	case at.After(m.At):
		return flow.Wait(remind, at).Because("where the customer lives the day is %s", day.Format(time.DateOnly))
	case !m.Now.Before(day.AddDate(0, 0, -late)):
		return flow.Nothing("too late for a present")
	case why != "":
		return flow.Nothing(why)
	}
	first, all := remembered.In(m.Thread, name).On(day, country, m.Profile, at)
	if first != m.Key {
		return flow.Nothing("in one letter with another")
	}
	l := letter.Letter{Presents: all, Day: day, Country: country, Customer: m.Profile, Facts: m.Facts}
	return r.write(l).Inferred(l.Subjects()...).Otherwise(r.write(l.Discreetly())).
		Because("%d days before %s", r.Days, day.Format(time.DateOnly)).Because("presents for %d", len(all))
}

func (r reminder) write(l letter.Letter) flow.Decision {
	links := letter.Links{Basket: r.BasketURL, Shop: r.ShopURL}
	return flow.ActMessage(remind, func() (words.Message, error) { return l.Write(r.texts, links) }, "email").For(l.Day.Format(time.DateOnly))
}

// country is the customer's: as they have told, or that of their language.
func (r reminder) country(c *profile.Profile) string {
	if told := c.Traits[events.TraitCountry].Text(); told != "" {
		return strings.ToUpper(told)
	}
	language, _, _ := strings.Cut(c.Locale.Text(), "-")
	return cmp.Or(map[string]string{"da": "DK", "sv": "SE"}[strings.ToLower(language)], r.Country)
}
