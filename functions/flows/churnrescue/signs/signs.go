// Package signs is what tells that a customer may leave: that they looked at how to cancel,
// asked to be erased or withdrew their consent.
package signs

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// keep is how many looks are remembered.
const keep = 10

// Signs are what is remembered of a customer.
type Signs struct {
	Looks []time.Time `json:"looks,omitempty"` // at how to cancel, newest first
	Gone  time.Time   `json:"gone,omitzero"`   // when the customer asked to be erased
}

// With adds what the profile knows of: a part of it may come from before it was known whose it
// is.
func (s Signs) With(c *profile.Profile) Signs {
	s.Looks = slices.Clone(s.Looks)
	for _, v := range c.Views {
		if v.Kind == events.PageCancellation {
			s.add(v.At)
		}
	}
	return s
}

// add adds a look in its place, unless it is known or older than those that are kept.
func (s *Signs) add(at time.Time) {
	if i, known := slices.BinarySearchFunc(s.Looks, at, func(a, b time.Time) int { return b.Compare(a) }); !known {
		s.Looks = slices.Insert(s.Looks, i, at)
		s.Looks = s.Looks[:min(len(s.Looks), keep)]
	}
}

// Last is the last look; the zero time when there was none.
func (s Signs) Last() time.Time {
	if len(s.Looks) == 0 {
		return time.Time{}
	}
	return s.Looks[0]
}

// Recent counts the looks of some time up to the last. A page that is loaded again, or told
// of twice, within a minute is one look.
func (s Signs) Recent(within time.Duration) (looks int) {
	var counted time.Time
	for _, at := range s.Looks {
		if s.Last().Sub(at) <= within && (looks == 0 || counted.Sub(at) >= time.Minute) {
			counted, looks = at, looks+1
		}
	}
	return looks
}

// Withdrew tells whether the customer has wanted no more mail since.
func Withdrew(c *profile.Profile, since time.Time) bool {
	_, refused := c.Consented(events.ConsentEmail, events.PurposeMarketing)
	spam, shut := c.Suppression("email")
	return shut && spam.Reason == profile.Complained && spam.At.After(since) ||
		refused && slices.ContainsFunc(c.Consents, func(x profile.Consent) bool { return !x.Granted && x.At.After(since) })
}
