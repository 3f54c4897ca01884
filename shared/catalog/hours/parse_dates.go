package hours

import "time"

// isYear tells whether a year is so many tokens ahead: four digits from 1900 to
// 2199. (So 2000-2200 are years; from eight to ten in the evening is 20:00-22:00.)
func (p *parser) isYear(n int) bool {
	t := p.ahead(n)
	return t.kind == kNumber && t.digits == 4 && t.value >= 1900 && t.value < 2200
}

// isDate tells whether a month or Easter is ahead, with or without its year.
func (p *parser) isDate(n int) bool {
	if p.isYear(n) {
		n++
	}
	k := p.ahead(n).kind
	return k == kMonth || k == kEaster
}

// isDayNumber tells a day of the month, or a week, from the beginning of a time.
func (p *parser) isDayNumber(n int) bool {
	t := p.ahead(n)
	return t.kind == kNumber && t.digits <= 2 && !p.isMinutes(n+1) && p.ahead(n+1).kind != kMeridiem
}

func (p *parser) years() (group, error) {
	var g group
	for {
		y := years{from: p.peek().value, to: p.peek().value}
		p.next++
		var err error
		switch {
		case p.accept('+'):
			y.to = forever
		case p.accept('-'):
			y.to, err = p.number(y.from, 2199, "the last year,")
		case p.peek().is('/'):
			y.to = forever
		}
		if err == nil {
			y.step, err = p.step(100)
		}
		if err != nil {
			return nil, err
		}
		g = append(g, y)
		if !p.peek().is(',') || !p.isYear(1) {
			return g, nil
		}
		p.next++
	}
}

// step reads "/2", every second, if it is there.
func (p *parser) step(most int) (int, error) {
	if !p.accept('/') {
		return 0, nil
	}
	return p.number(1, most, "every how many,")
}

func (p *parser) weeks() (group, error) {
	var g group
	for {
		if p.peek().kind == kWeek {
			p.next++
		}
		from, err := p.number(1, 53, "a week")
		w := weeks{from: from, to: from}
		if err == nil && p.accept('-') {
			w.to, err = p.number(from, 53, "the last week,")
		}
		if err == nil {
			w.step, err = p.step(26)
		}
		if err != nil {
			return nil, err
		}
		g = append(g, w)
		if !p.peek().is(',') || p.ahead(1).kind != kWeek && !p.isDayNumber(1) {
			return g, nil
		}
		p.next++
	}
}

func (p *parser) dates() (group, error) {
	var g group
	year := 0
	for {
		r, err := p.dateRange(year)
		if err != nil {
			return nil, err
		}
		g, year = append(g, r), r.from.year
		for r.from.day > 0 && p.peek().is(',') && p.isDayNumber(1) { // Dec 24,25
			p.next++
			if r, err = p.dayRange(r.from); err != nil {
				return nil, err
			}
			g = append(g, r)
		}
		if !p.peek().is(',') || !p.isDate(1) {
			return g, nil
		}
		p.next++
	}
}

// dateRange reads a date or two with a dash between; year is that of the date
// before it in the list.
func (p *parser) dateRange(year int) (dates, error) {
	from, err := p.endpoint(true)
	if err != nil {
		return dates{}, err
	}
	if from.year == 0 {
		from.year = year
	}
	if from.day > 0 && p.peek().is('-') && p.isDayNumber(1) {
		p.next++
		return p.lastDay(from)
	}
	r := dates{from: from, to: from}
	if p.peek().is('-') && p.isDate(1) {
		p.next++
		at := p.peek()
		whole := from.day == 0 && from.nth == 0 && !from.easter
		if r.to, err = p.endpoint(!whole); err != nil {
			return dates{}, err
		}
		if err = r.settleYear(at); err != nil {
			return dates{}, err
		}
	}
	r.step, err = p.step(366)
	return r, err
}

// settleYear gives the end of a range the year of its beginning, or the next.
func (r *dates) settleYear(at token) error {
	if r.to.year == 0 && r.from.year != 0 {
		if r.to.easter {
			return fault(at.at, "unexpected %q, expected its year as at the beginning of the range", at.text)
		}
		r.to.year = r.from.year
		if r.to.usual(true) < r.from.usual(false) {
			r.to.year++
		}
	}
	if r.from.year == 0 && r.to.year != 0 || r.to.year < r.from.year {
		return fault(at.at, "the range ends in %d, expected it to begin in a year before", r.to.year)
	}
	return nil
}

// dayRange reads further days of the month of the date before.
func (p *parser) dayRange(before endpoint) (dates, error) {
	from := before
	day, err := p.number(1, longestMonth(before.month), "a day of "+before.month.String())
	if err != nil {
		return dates{}, err
	}
	from.day = day
	if p.peek().is('-') && p.isDayNumber(1) {
		p.next++
		return p.lastDay(from)
	}
	return dates{from: from, to: from}, nil
}

func (p *parser) lastDay(from endpoint) (dates, error) {
	to := from
	var err error
	if to.day, err = p.number(from.day, longestMonth(from.month), "a day of "+from.month.String()); err != nil {
		return dates{}, err
	}
	step, err := p.step(31)
	return dates{from: from, to: to, step: step}, err
}

// endpoint reads [year] month [day], [year] month weekday[nth] or [year] easter,
// each with an offset in days. A weekday belongs to the date when an offset or a
// range follows, or when it ends one; "Aug Su[1]" is every first Sunday that is in
// August, which comes to the same.
func (p *parser) endpoint(precise bool) (e endpoint, err error) {
	if p.isYear(0) {
		e.year = p.peek().value
		p.next++
	}
	t := p.peek()
	p.next++
	if t.kind == kEaster {
		e.easter = true
		e.offset, err = p.offset(366)
		return e, err
	}
	e.month = time.Month(t.value)
	switch {
	case precise && p.isDayNumber(0):
		if e.day, err = p.number(1, longestMonth(e.month), "a day of "+e.month.String()); err == nil {
			e.offset, err = p.offset(366)
		}
	case precise && p.peek().kind == kWeekday && p.ahead(1).is('['):
		err = p.nthEndpoint(&e)
	}
	return e, err
}

// nthEndpoint reads the weekday of an endpoint, or leaves it as it is.
func (p *parser) nthEndpoint(e *endpoint) error {
	start := p.next
	weekday := p.weekday()
	nths, err := p.nths()
	if err != nil {
		return err
	}
	offset, err := p.offset(6)
	if err != nil {
		return err
	}
	ends := start >= 2 && p.tokens[start-2].is('-')
	if len(nths) != 1 || offset == 0 && !ends && !(p.peek().is('-') && p.isDate(1)) {
		p.next = start
		return nil
	}
	e.weekday, e.nth, e.offset = weekday, nths[0], offset
	return nil
}
