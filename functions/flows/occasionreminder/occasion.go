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
	"redthread.dev/shared/calendar"
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

// about is what an order was a present for, and to whom. The recipient's name does not
// leave the thread with the timer: a hash of it stands for it.
func (r reminder) about(o events.OrderPlaced) string {
	occasion, yearly := calendar.OccasionOf(o.Gift.Occasion)
	switch {
	case yearly:
		return string(occasion) + " " + events.HashOf(name, strings.ToLower(tidy(o.Gift.Recipient)))[:8]
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
	p := presentOf(m.Data, m.At)
	t := tradition{Occasion: occasion}
	m.State(&t)
	t, news := t.with(p)
	latest := t.Presents[len(t.Presents)-1].At
	switch {
	case !news:
		return flow.Nothing("known already")
	case !m.Now.Before(tradition{occasion, []present{p}}.last()):
		return flow.Nothing("too long ago")
	case m.Thread.Besides(name, m.Key, remind) >= most:
		return flow.Nothing("more presents than we remember")
	}
	at, _ := r.upcoming(t, latest)
	return flow.Wait(remind, at).About(latest.Add(hair)).Keep(t)
}

// upcoming is when the timer is to come next after a time.
func (r reminder) upcoming(t tradition, after time.Time) (next time.Time, ok bool) {
	for _, one := range t.apart() {
		if at := r.before(one.first()); at.After(after) && (!ok || at.Before(next)) {
			next, ok = at, true
		}
	}
	return next, ok
}

// before is when to write about a day: in the middle of the morning in Denmark and Sweden.
// Where it is night then, the policy puts it off.
func (r reminder) before(day time.Time) time.Time {
	return day.AddDate(0, 0, -r.Days).Add(8 * time.Hour)
}

// remind writes about what it is time for, and waits for what comes after it.
func (r reminder) remind(m flow.Moment[thread.Timer]) flow.Decision {
	var t tradition
	if !m.State(&t) {
		return flow.Nothing("no longer remembered")
	}
	d := flow.Nothing("nothing to remind of")
	if one, ok := r.due(t, m.At); ok {
		d = r.of(m, one)
	}
	if next, ok := r.upcoming(t, m.At); ok {
		d = d.Then(remind, next)
	}
	return d
}

// due is what it is time for, the latest of it.
func (r reminder) due(t tradition, now time.Time) (due tradition, ok bool) {
	for _, one := range t.apart() {
		if !r.before(one.first()).After(now) {
			due, ok = one, true
		}
	}
	return due, ok
}

// of writes about a day, once for all presents of it. What else was bought, or came back,
// has arrived by now, and so has where the customer lives: the timer came for the first day
// in any country.
func (r reminder) of(m flow.Moment[thread.Timer], t tradition) flow.Decision {
	day, _ := t.next(r.country(m.Profile))
	at := r.before(day)
	why := t.settled(m.Profile, at)
	switch {
	case at.After(m.At):
		return flow.Wait(remind, at).Because("where the customer lives the day is %s", day.Format(time.DateOnly))
	case !m.Now.Before(day.AddDate(0, 0, -late)):
		return flow.Nothing("too late for a present")
	case why != "":
		return flow.Nothing(why)
	}
	all := r.together(m.Profile, m.Thread, day)
	if all[0].key != m.Key {
		return flow.Nothing("in one letter with another")
	}
	l := letter{presents: all, day: day, country: r.country(m.Profile), customer: m.Profile, facts: m.Facts}
	return r.write(l).Inferred(l.subjects()...).Otherwise(r.write(l.discreetly())).
		Because("%d days before %s", r.Days, day.Format(time.DateOnly)).Because("presents for %d", len(all))
}

func (r reminder) write(l letter) flow.Decision {
	return flow.ActMessage(remind, func() (words.Message, error) { return r.message(l) }, "email").For(l.day.Format(time.DateOnly))
}

// country is the customer's: as they have told, or that of their language.
func (r reminder) country(c *profile.Profile) string {
	if told := c.Traits[events.TraitCountry].Text(); told != "" {
		return strings.ToUpper(told)
	}
	language, _, _ := strings.Cut(c.Locale.Text(), "-")
	return cmp.Or(map[string]string{"da": "DK", "sv": "SE"}[strings.ToLower(language)], r.Country)
}
