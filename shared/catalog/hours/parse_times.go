package hours

// isSpan tells whether a time is so many tokens ahead.
func (p *parser) isSpan(n int) bool {
	t := p.ahead(n)
	return t.kind == kSun || t.is('(') || t.kind == kNumber && !p.isYear(n)
}

func (p *parser) spans(r *rule) error {
	for {
		s, err := p.span()
		if err != nil {
			return err
		}
		r.spans = append(r.spans, s)
		if !p.peek().is(',') || !p.isSpan(1) {
			return nil
		}
		p.next++
	}
}

func (p *parser) span() (s span, err error) {
	at := p.peek()
	if s.from, err = p.clock(); err != nil {
		return s, err
	}
	if s.from.sun == noSun && s.from.minutes >= dayMinutes {
		return s, fault(at.at, "unexpected %q, expected a time before 24:00 to open at", at.text)
	}
	switch {
	case p.accept('+'):
		s.openEnd = true
		return s, nil
	case p.peek().kind == kOpenEnd:
	case !p.accept('-'):
		return s, p.unexpected("- and a time to close at, or +")
	}
	if p.peek().kind == kOpenEnd {
		p.next++
		s.openEnd = true
		return s, nil
	}
	s.hasTo = true
	if s.to, err = p.clock(); err != nil {
		return s, err
	}
	s.openEnd = p.accept('+')
	if p.peek().is('/') {
		return s, p.unexpected("no interval: opening hours have no points in time")
	}
	return s, nil
}

// isMinutes tells the minutes of 12:30 from what follows the colon in "Dec 12: 30".
func (p *parser) isMinutes(n int) bool {
	mark, after := p.ahead(n), p.ahead(n+1)
	return (mark.is(':') || mark.is('.')) && after.kind == kNumber && after.digits == 2 && after.at == mark.at+1
}

// clock reads 10:00, 10.00, 10, 1000, 10am, sunset and (sunset+01:00).
func (p *parser) clock() (clock, error) {
	t := p.peek()
	switch {
	case t.kind == kSun:
		p.next++
		return clock{sun: sunEvent(t.value)}, nil
	case t.is('('):
		return p.aroundSun()
	case t.kind != kNumber:
		return clock{}, p.unexpected("a time such as 10:00")
	}
	minutes, err := p.hoursAndMinutes()
	return clock{minutes: minutes}, err
}

func (p *parser) aroundSun() (c clock, err error) {
	p.next++
	if p.peek().kind != kSun {
		return c, p.unexpected("dawn, sunrise, sunset or dusk")
	}
	c.sun = sunEvent(p.peek().value)
	p.next++
	sign := 1
	switch {
	case p.accept('-'):
		sign = -1
	case !p.accept('+'):
		return c, p.unexpected("+ or - and hours")
	}
	if !p.ahead(1).is(':') {
		return c, p.unexpected("hours and minutes such as 01:30")
	}
	minutes, err := p.hoursAndMinutes()
	if err != nil {
		return c, err
	}
	if c.minutes = sign * minutes; !p.accept(')') {
		return c, p.unexpected(")")
	}
	return c, nil
}

func (p *parser) hoursAndMinutes() (int, error) {
	t := p.peek()
	hour, minute := t.value, 0
	p.next++
	switch {
	case t.digits > 4:
		p.next--
		return 0, p.unexpected("a time such as 10:00")
	case t.digits > 2:
		hour, minute = t.value/100, t.value%100
	case p.isMinutes(0):
		minute = p.ahead(1).value
		p.next += 2
	}
	if p.peek().kind == kMeridiem {
		if hour < 1 || hour > 12 {
			return 0, fault(t.at, "unexpected %q, expected an hour from 1 to 12 before am or pm", t.text)
		}
		hour = hour%12 + p.peek().value
		p.next++
	}
	if minute > 59 || hour*60+minute > 2*dayMinutes {
		return 0, fault(t.at, "no such time: %d:%02d, expected 00:00 to 48:00", hour, minute)
	}
	return hour*60 + minute, nil
}
