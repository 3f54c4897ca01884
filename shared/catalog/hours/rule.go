package hours

// state is what a rule says about the time it covers.
type state int

const (
	closed state = iota
	open
	unknown
)

// joint is how a rule relates to the rules before it: ";" replaces what they said
// about the same days, "," adds to it, "||" speaks only where they say closed.
type joint int

const (
	replaces joint = iota
	adds
	fallsBack
)

// rule is one part of the text. It covers the days that one selector of every
// group matches, the whole of them when it has no spans.
type rule struct {
	joint  joint
	groups []group
	spans  []span
	state  state
	stated bool // the text names the state
	note   string
}

// group is a list of alternatives.
type group []selector

// selector matches days; the name is that of the holiday it matched by.
type selector interface {
	matches(d date, at *Place) (name string, ok bool)
	String() string
}

func (r *rule) matches(d date, at *Place) (name string, ok bool) {
	for _, g := range r.groups {
		called, matched := g.matches(d, at)
		if !matched {
			return "", false
		}
		if called != "" {
			name = called
		}
	}
	return name, true
}

// matches asks every alternative, since the last holiday of the list names the day.
func (g group) matches(d date, at *Place) (name string, ok bool) {
	for _, s := range g {
		called, matched := s.matches(d, at)
		ok = ok || matched
		if matched && called != "" {
			name = called
		}
	}
	return name, ok
}

// clears tells whether a rule that matches a day makes the rules before it void
// for that day. A rule that closes never does: it covers what it names. One that
// names no days does so only after another that names none.
func (r *rule) clears(before *rule) bool {
	if r.joint != replaces || r.state == closed {
		return false
	}
	return len(r.groups) > 0 || before != nil && len(before.groups) == 0
}

// runsOver tells whether the rule may reach into the following day.
func (r *rule) runsOver() bool {
	for _, s := range r.spans {
		if s.wraps() || s.to.usual() > dayMinutes || s.openEnd && s.guessedEnd() > dayMinutes {
			return true
		}
	}
	return false
}
