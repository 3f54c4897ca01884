// Package shop is a made-up shop whose days can be lived through: people browse,
// leave baskets, visit stores, complain in public, and collect what they ordered.
// The same seed makes the same days.
package shop

import (
	"cmp"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"redthread.dev/events"
)

// Config says how large the shop is and how long it is watched.
type Config struct {
	Seed      uint64
	Customers int       // who may turn up
	Days      int       // how many days
	Start     time.Time // midnight of the first one, in the shop's zone
	// Newsletter says that one is planned on the first morning, for the afternoon of the
	// day in the middle.
	Newsletter bool
}

// source is the name in which the shop's webshop speaks; tills and others have
// their own below it.
const source = "https://traadogtrae.example"

// Days tells what happens, in the order of time. First comes the catalogue, then
// who the customers are, then their days.
func Days(c Config) iter.Seq[events.Event] {
	return func(yield func(events.Event) bool) {
		s := &days{Config: c, random: rand.New(rand.NewPCG(c.Seed, 7))}
		s.catalogue()
		for i := range c.Customers {
			s.people = append(s.people, s.person(i))
		}
		if c.Newsletter {
			s.newsletter()
		}
		if !s.flush(yield, c.Start) {
			return
		}
		for day := range c.Days {
			morning := c.Start.AddDate(0, 0, day)
			for _, p := range s.people {
				if s.random.Float64() < p.activity {
					s.day(p, morning)
				}
			}
			if !s.flush(yield, c.Start.AddDate(0, 0, day+1)) {
				return
			}
		}
		s.flush(yield, time.Time{})
	}
}

// days is what is being made up.
type days struct {
	Config
	random *rand.Rand
	people []*person
	orders int
	made   []events.Event
}

// flush hands out what was made up to a time, or all, in the order of time. What comes
// of one day may come on the next, among what comes of that: it waits.
func (s *days) flush(yield func(events.Event) bool, until time.Time) bool {
	slices.SortStableFunc(s.made, func(a, b events.Event) int {
		return cmp.Or(a.Time().Compare(b.Time()), cmp.Compare(a.ID(), b.ID()))
	})
	for i, e := range s.made {
		if !until.IsZero() && !e.Time().Before(until) {
			s.made = s.made[i:]
			return true
		}
		if !yield(e) {
			return false
		}
	}
	s.made = nil
	return true
}

// say makes an event. The data are structs of events: that they cannot be written
// would be an error of this package.
func (s *days) say(from string, at time.Time, data events.Data) {
	e, err := events.New(source+from, fmt.Sprintf("%s-%06d", events.Short(data.Type()), s.next()), at.UTC(), data)
	if err != nil {
		panic(err)
	}
	s.made = append(s.made, e)
}

func (s *days) next() int {
	s.orders++
	return s.orders
}

func (s *days) between(lo, hi int) int { return lo + s.random.IntN(hi-lo+1) }

func (s *days) minutes(lo, hi int) time.Duration {
	return time.Duration(s.between(lo*60, hi*60)) * time.Second
}

func pick[T any](s *days, from []T) T { return from[s.random.IntN(len(from))] }
