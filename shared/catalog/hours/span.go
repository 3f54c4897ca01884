package hours

// clock is a time of day: so many minutes after midnight, or after a position of
// the sun. 26:00 is two in the morning of the next day.
type clock struct {
	sun     sunEvent
	minutes int
}

// on returns the clock's minutes after midnight on a day with the given sun.
func (c clock) on(s *sunTimes) int {
	if c.sun == noSun {
		return c.minutes
	}
	return s[c.sun] + c.minutes
}

// usual is the time on a day whose sun rises at 06:00 and sets at 18:00: it
// decides once and for all whether a span ends on the next day.
func (c clock) usual() int { return c.on(&usualSun) }

// span is a part of a day. With an open end it goes on, to nobody knows when,
// after to, or after from when the text names no to.
type span struct {
	from, to clock
	hasTo    bool
	openEnd  bool
}

// wraps tells whether the end is on the next day. 12:00-12:00 is a whole day, but
// sunrise-06:00 is nothing rather than a whole day when the sun rises at six.
func (s span) wraps() bool {
	if !s.hasTo {
		return false
	}
	if s.from.sun == noSun && s.to.sun == noSun {
		return s.to.minutes <= s.from.minutes
	}
	return s.to.usual() < s.from.usual()
}

// end returns the end in minutes after the first day's midnight.
func (s span) end(today, tomorrow *sunTimes) int {
	if s.wraps() {
		return s.to.on(tomorrow) + dayMinutes
	}
	return s.to.on(today)
}

// guessedEnd is how long an open end is held possible: eight hours from 22:00 on,
// ten from 17:00 on, otherwise until midnight. (The convention of OSM's evaluators.)
func (s span) guessedEnd() int {
	start := s.from.usual()
	if s.hasTo {
		start = s.end(&usualSun, &usualSun)
	}
	switch {
	case start >= 22*60:
		return min(start+8*60, 2*dayMinutes)
	case start >= 17*60:
		return start + 10*60
	}
	return dayMinutes
}

// piece is a span on a certain day, in minutes after its midnight.
type piece struct {
	from, to int
	guess    bool
}

// pieces are the rule's spans on a day with the suns of it and the next.
func (r *rule) pieces(today, tomorrow *sunTimes) []piece {
	out := make([]piece, 0, len(r.spans)+1)
	for _, s := range r.spans {
		from, end := s.from.on(today), s.from.on(today)
		if s.hasTo {
			end = s.end(today, tomorrow)
			out = append(out, piece{from: from, to: end})
		}
		if s.openEnd {
			out = append(out, piece{from: end, to: r.nextStart(end, s.guessedEnd(), today), guess: true})
		}
	}
	return out
}

// nextStart cuts an open end short where another span of the rule begins.
func (r *rule) nextStart(after, limit int, today *sunTimes) int {
	for _, s := range r.spans {
		if from := s.from.on(today); from > after && from < limit {
			limit = from
		}
	}
	return limit
}
