// Package town makes up a year of a shop's customers, in three countries and time zones.
// The same seed and number make the same person, whoever else there is. What they do does
// not depend on what is sent to them.
package town

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"redthread.dev/events"
)

// Start is when the year begins; it is as long as 2026.
var Start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// End is when it is over.
var End = Start.AddDate(1, 0, 0)

// Told is one event. Channel is that of the message it tells of, if any.
type Told struct {
	ID      string
	At      time.Time
	Channel string
	Data    events.Data // a pointer
}

// Person is a customer with their year.
type Person struct {
	ID     string // of the profile
	Zone   *time.Location
	Events []Told // in the order of time

	random   *rand.Rand
	n        int
	home     country
	who      events.Identifiers
	category int // that they mostly look at
	baskets  int
}

type country struct {
	zone   *time.Location
	locale string
	store  string
	phone  string
}

var countries = []country{
	{zone("Europe/Copenhagen"), "da-DK", "cph-01", "+4520%06d"},
	{zone("Europe/Helsinki"), "sv-FI", "hel-01", "+35840%07d"},
	{zone("Europe/London"), "en-GB", "lon-01", "+4477009%05d"},
}

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // of three names that are written above
	}
	return z
}

// New makes up a person.
func New(seed uint64, n int) *Person {
	p := &Person{ID: fmt.Sprintf("01957e4a-6f00-7000-8000-%012x", n), n: n, random: rand.New(rand.NewPCG(seed, uint64(n))), who: events.Identifiers{}}
	p.home = countries[p.choose(0.6, 0.25, 0.15)]
	p.Zone = p.home.zone
	p.category = p.random.IntN(len(categories))
	p.who["login"], p.who["email"] = fmt.Sprintf("kunde-%06d", n), fmt.Sprintf("kunde-%06d@kunder.example", n)
	if p.chance(0.7) {
		p.who["phone"] = fmt.Sprintf(p.home.phone, n)
	}
	p.life()
	slices.SortStableFunc(p.Events, func(a, b Told) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return p
}

func (p *Person) chance(share float64) bool { return p.random.Float64() < share }

// choose picks one of some shares that add up to one.
func (p *Person) choose(shares ...float64) int {
	roll := p.random.Float64()
	for i, share := range shares {
		if roll -= share; roll < 0 {
			return i
		}
	}
	return len(shares) - 1
}

// within is a random time up to a span.
func (p *Person) within(span time.Duration) time.Duration {
	return time.Duration(p.random.Int64N(int64(span))).Truncate(time.Second)
}

// day is a time of the year between two hours on the person's clock.
func (p *Person) day(from, to int) time.Time {
	d := Start.AddDate(0, 0, p.random.IntN(365))
	return time.Date(d.Year(), d.Month(), d.Day(), from, 0, 0, 0, p.Zone).Add(p.within(time.Duration(to-from) * time.Hour))
}

func (p *Person) common(place events.Place) events.Common {
	return events.Common{Customer: p.who, Place: place, Locale: p.home.locale}
}

// say tells of something, unless the year is over by then.
func (p *Person) say(at time.Time, data events.Data) { p.sayOf(at, "", data) }

func (p *Person) sayOf(at time.Time, channel string, data events.Data) {
	if at.Before(End) && !at.Before(Start) {
		p.Events = append(p.Events, Told{ID: fmt.Sprintf("%08x%06d", len(p.Events), p.n), At: at.UTC(), Channel: channel, Data: data})
	}
}
