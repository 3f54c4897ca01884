package hours

import (
	"fmt"
	"time"
)

// isDay tells whether a weekday or a holiday is so many tokens ahead. "to" is
// Danish and Swedish for Thursday where it cannot join two times.
func (p *parser) isDay(n int) bool {
	switch t := p.ahead(n); t.kind {
	case kWeekday, kWeekdays, kHoliday, kSchool:
		return true
	default:
		return p.isThursday(n)
	}
}

func (p *parser) isThursday(n int) bool {
	t, first := p.ahead(n), p.next+n == 0
	return t.is('-') && (t.text == "to" || t.text == "To") && (first || p.ahead(n-1).kind != kNumber)
}

func (p *parser) days() (group, error) {
	var g group
	for {
		s, err := p.day()
		if err != nil {
			return nil, err
		}
		g = append(g, s)
		if !p.peek().is(',') || !p.isDay(1) {
			return g, nil
		}
		p.next++
	}
}

func (p *parser) day() (selector, error) {
	switch t := p.peek(); t.kind {
	case kHoliday, kSchool:
		return p.holiday()
	case kWeekdays:
		p.next++
		return weekdays{from: time.Weekday(t.value / 7), to: time.Weekday(t.value % 7)}, nil
	}
	from := p.weekday()
	w := weekdays{from: from, to: from}
	if p.peek().is('-') {
		p.next++
		if p.peek().kind != kWeekday && !p.isThursday(0) {
			return nil, p.unexpected("a weekday such as Fr")
		}
		w.to = p.weekday()
		return w, nil
	}
	if !p.peek().is('[') {
		return w, nil
	}
	var err error
	if w.nth, err = p.nths(); err != nil {
		return nil, err
	}
	w.offset, err = p.offset(6)
	return w, err
}

func (p *parser) weekday() time.Weekday {
	t := p.peek()
	p.next++
	if t.kind != kWeekday {
		return time.Thursday
	}
	return time.Weekday(t.value)
}

// nths reads [1,3-4] and [-1]: which of a month's weekdays.
func (p *parser) nths() ([]int, error) {
	var nths []int
	for p.next++; ; p.next++ {
		sign := 1
		if p.accept('-') {
			sign = -1
		}
		first, err := p.number(1, 5, "which one of the month,")
		last := first
		if err == nil && sign > 0 && p.accept('-') {
			last, err = p.number(first, 5, "which one of the month,")
		}
		if err != nil {
			return nil, err
		}
		for n := first; n <= last; n++ {
			nths = append(nths, sign*n)
		}
		if p.accept(']') {
			return nths, nil
		}
		if !p.peek().is(',') {
			return nil, p.unexpected("]")
		}
	}
}

// offset reads "+1 day" and "-2 days", if it is there.
func (p *parser) offset(most int) (int, error) {
	sign := 1
	switch {
	case p.peek().is('-'):
		sign = -1
	case !p.peek().is('+'):
		return 0, nil
	}
	if p.ahead(1).kind != kNumber || p.ahead(2).kind != kDays {
		return 0, nil
	}
	p.next++
	n, err := p.number(0, most, "a number of days")
	if err != nil {
		return 0, err
	}
	p.next++
	return sign * n, nil
}

// holiday reads PH and SH. It refuses them where nothing is known about any
// holidays, since the shop would stand closed, or open, against its own word.
func (p *parser) holiday() (selector, error) {
	t := p.peek()
	h := holiday{school: t.kind == kSchool, offset: t.value}
	if p.at.Holiday == nil && !(h.school && p.at.SchoolHoliday != nil) {
		return nil, fault(t.at, "the holidays of country %q are not known, expected one of DK, SE", p.at.Country)
	}
	if h.school && p.at.SchoolHoliday == nil {
		p.warnings = append(p.warnings, fmt.Sprintf(
			"character %d: nothing is known about school holidays, so %q matches no day", t.at, t.text))
	}
	p.next++
	offset, err := p.offset(6)
	h.offset += offset
	return h, err
}
