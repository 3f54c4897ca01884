package hours

import "slices"

// stretch is a part of one day, in minutes after midnight, in one state.
type stretch struct {
	from, to int
	state    state
	note     string
}

// layer is what one rule says about one day: about all of it, or the pieces.
type layer struct {
	rule   *rule
	whole  bool
	pieces []piece
	name   string // of the holiday the rule matched by
}

// stretches says how a day passes, from 0 to 1440.
func (h *Hours) stretches(d date) []stretch {
	layers := h.layers(d)
	cuts := append(make([]int, 0, 8), 0, dayMinutes)
	for _, l := range layers {
		for _, p := range l.pieces {
			if p.from < p.to {
				cuts = append(cuts, max(0, p.from), min(dayMinutes, p.to))
			}
		}
	}
	slices.Sort(cuts)
	out := make([]stretch, 0, len(cuts))
	for i, cut := range cuts[1:] {
		if from := cuts[i]; from < cut && from >= 0 && cut <= dayMinutes {
			out = append(out, settle(layers, from, cut))
		}
	}
	return out
}

// settle lets the rules speak in turn about a stretch that none of them divides:
// the last one counts.
func settle(layers []layer, from, to int) stretch {
	s := stretch{from: from, to: to}
	for _, l := range layers {
		covers, guess := l.covers(from)
		if !covers || l.rule.joint == fallsBack && s.state != closed {
			continue
		}
		s.state, s.note = l.rule.state, l.rule.note
		if s.note == "" {
			s.note = l.name
		}
		if guess && s.state == open {
			s.state = unknown
		}
	}
	return s
}

// covers tells whether the layer covers a minute; what is certain goes before what
// is guessed.
func (l layer) covers(minute int) (covers, guess bool) {
	if l.whole {
		return true, false
	}
	for _, p := range l.pieces {
		if p.from <= minute && minute < p.to {
			if !p.guess {
				return true, false
			}
			covers, guess = true, true
		}
	}
	return covers, guess
}

// layers collects what the rules say about a day: each rule for the day itself,
// then what it says about the day before that runs over midnight.
func (h *Hours) layers(d date) []layer {
	out := make([]layer, 0, len(h.rules)+1)
	suns := suns{at: &h.at}
	yesterday := dateOf(d.n - 1)
	for i, r := range h.rules {
		var before *rule
		if i > 0 {
			before = h.rules[i-1]
		}
		if name, ok := r.matches(d, &h.at); ok {
			if r.clears(before) {
				out = out[:0]
			}
			l := layer{rule: r, whole: len(r.spans) == 0, name: name}
			if !l.whole {
				l.pieces = r.pieces(suns.on(r, d.n), suns.on(r, d.n+1))
			}
			out = append(out, l)
		}
		if !r.runsOver() {
			continue
		}
		if name, ok := r.matches(yesterday, &h.at); ok {
			out = append(out, layer{rule: r, name: name, pieces: rest(r.pieces(suns.on(r, d.n-1), suns.on(r, d.n)))})
		}
	}
	return out
}

// rest is what of yesterday's pieces is left for today.
func rest(pieces []piece) []piece {
	left := pieces[:0]
	for _, p := range pieces {
		if p.to > dayMinutes {
			left = append(left, piece{p.from - dayMinutes, p.to - dayMinutes, p.guess})
		}
	}
	return left
}

// suns computes each day's sun at most once, and only for rules that ask for it.
type suns struct {
	at    *Place
	known [3]struct {
		n   int
		sun sunTimes
		ok  bool
	}
}

func (s *suns) on(r *rule, n int) *sunTimes {
	if !r.sunny() {
		return &usualSun
	}
	k := &s.known[((n%3)+3)%3]
	if !k.ok || k.n != n {
		k.n, k.sun, k.ok = n, sunOn(n, s.at), true
	}
	return &k.sun
}

func (r *rule) sunny() bool {
	return slices.ContainsFunc(r.spans, func(s span) bool { return s.from.sun != noSun || s.to.sun != noSun })
}
