package console

import (
	"time"

	"redthread.dev/shared/flow"
)

// Strand is one event, or one timer that came, with all that followed from it. It
// names nobody but by profile id.
type Strand struct {
	N         int64      `json:"n"` // the order in which strands began
	At        time.Time  `json:"at"`
	Type      string     `json:"type"` // the event's, without what all have in common; or the timer's name
	Timer     bool       `json:"timer,omitempty"`
	ID        string     `json:"id,omitempty"`
	Source    string     `json:"source,omitempty"`
	Profile   string     `json:"profile,omitempty"`
	Times     int        `json:"times,omitempty"` // how often it came in from outside
	Decisions []Decision `json:"decisions,omitempty"`
	Letters   []Letter   `json:"letters,omitempty"`
}

// Decision is what one flow decided, and what came of the action it asked for.
type Decision struct {
	At      time.Time `json:"at"`
	Flow    string    `json:"flow"`
	Verdict string    `json:"verdict"`
	Reason  string    `json:"reason,omitempty"`
	Saw     []string  `json:"saw,omitempty"`
	Key     string    `json:"key,omitempty"`
	Action  string    `json:"action,omitempty"`
	Channel string    `json:"channel,omitempty"`
	Goal    bool      `json:"goal,omitempty"`
	Again   bool      `json:"again,omitempty"` // decided earlier; the event was delivered once more
	Outcome *Outcome  `json:"outcome,omitempty"`
}

// Outcome is what a channel did about an action.
type Outcome struct {
	Action string    `json:"action"`
	At     time.Time `json:"at"`
	Done   bool      `json:"done"`
	Again  bool      `json:"again,omitempty"` // it failed and will be tried again
	Reason string    `json:"reason,omitempty"`
}

// Letter is an event that a function did not take, however often it was asked.
type Letter struct {
	At       time.Time `json:"at"`
	Function string    `json:"function"`
	Reason   string    `json:"reason"`
	// What follows is known once the letter is kept in the store.
	ID      string `json:"id,omitempty"` // by which it is sent again
	Type    string `json:"type,omitempty"`
	Profile string `json:"profile,omitempty"`
	Code    int    `json:"code,omitempty"`  // of the function's last answer, an HTTP status
	Times   int    `json:"times,omitempty"` // how often it was given up
}

// telling tells whether the strand is worth keeping when many come that are not: it
// led to something, or to a refusal, or went wrong.
func (s *Strand) telling() bool {
	for _, d := range s.Decisions {
		switch flow.Verdict(d.Verdict) {
		case flow.VerdictNothing, flow.VerdictWait:
		default:
			return true
		}
	}
	return len(s.Letters) > 0
}

// maxFollowed bounds the decisions and the letters of one strand.
const maxFollowed = 24

// with returns list with one more or, when it is full, as it was. The list itself
// is left as it is, as pages may be reading it.
func with[T any](list []T, one T) []T {
	if len(list) >= maxFollowed {
		return list
	}
	return append(list[:len(list):len(list)], one)
}
