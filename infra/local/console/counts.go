package console

import (
	"time"

	"redthread.dev/shared/flow"
)

// Counts are what happened since the process started.
type Counts struct {
	Events      int `json:"events"`  // came in from outside, duplicates too
	Acted       int `json:"acted"`   // decisions to act, or to put a customer into a segment, or to tell something
	Waiting     int `json:"waiting"` // decisions to wait, or put off to the end of quiet hours
	Refused     int `json:"refused"` // acts that the policy refused
	Still       int `json:"still"`   // decisions to do nothing
	Done        int `json:"done"`    // actions that a channel has done
	Failed      int `json:"failed"`  // actions that were not done and will not be tried again
	DeadLetters int `json:"dead_letters"`
}

func (c *Counts) count(v flow.Verdict) {
	switch v {
	case flow.VerdictAct, flow.VerdictSegment, flow.VerdictTell:
		c.Acted++
	case flow.VerdictWait, flow.VerdictPutOff:
		c.Waiting++
	case flow.VerdictRefused:
		c.Refused++
	default:
		c.Still++
	}
}

// paceSeconds is how far back the events a second are shown.
const paceSeconds = 60

// pace counts events by second of the machine's clock.
type pace struct {
	seconds [paceSeconds + 1]int // by second, modulo; one more is the second under way
	last    int64                // the latest second counted, since 1970
}

func (p *pace) add(now time.Time) {
	p.advance(now)
	p.seconds[p.last%int64(len(p.seconds))]++
}

// advance empties the seconds in which nothing came.
func (p *pace) advance(now time.Time) {
	s := now.Unix()
	for range min(s-p.last, int64(len(p.seconds))) {
		p.last++
		p.seconds[p.last%int64(len(p.seconds))] = 0
	}
	if s > p.last {
		clear(p.seconds[:])
		p.last = s
	}
}

// lately returns the events of each of the last 60 whole seconds, oldest first.
func (p *pace) lately(now time.Time) []int {
	p.advance(now)
	out := make([]int, paceSeconds)
	for i := range out {
		out[i] = p.seconds[(p.last+1+int64(i))%int64(len(p.seconds))]
	}
	return out
}
