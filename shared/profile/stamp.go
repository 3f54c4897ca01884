package profile

import (
	"cmp"
	"time"

	"redthread.dev/events"
)

// Stamp is an event's place in the one order that all profiles are folded in: by
// its time, and by a hash of its source and id where times are the same.
type Stamp struct {
	At time.Time `json:"at"`
	By string    `json:"by"` // the first 8 letters of events.Hash
}

// StampOf returns the stamp of an event.
func StampOf(e events.Event) Stamp {
	return Stamp{At: e.Time().UTC(), By: events.Hash(e)[:8]}
}

// Compare is negative when s comes before o, 0 when they are the same event's.
func (s Stamp) Compare(o Stamp) int {
	if at := s.At.Compare(o.At); at != 0 {
		return at // without a look at what may be far away in memory
	}
	return cmp.Compare(s.By, o.By)
}

func (s Stamp) stamp() Stamp { return s }

// Said is the last word on something: the value with the latest stamp.
type Said struct {
	Value any `json:"value"`
	Stamp
}

// Text returns the value if it is a text, else nothing.
func (s Said) Text() string {
	text, _ := s.Value.(string)
	return text
}
