package hours

import (
	"fmt"
	"unicode/utf8"
)

// MaxText is the length in characters beyond which a text is refused: some eight
// times what OpenStreetMap allows, and a year's exceptions fit in.
const MaxText = 2000

// parser reads tokens into rules, in the grammar of
// wiki.openstreetmap.org/wiki/Key:opening_hours/specification, in any order of
// selectors, since shops write them in any order.
type parser struct {
	tokens   []token
	next     int
	at       *Place
	rules    []*rule
	warnings []string
}

func parse(text string, at *Place) (*parser, error) {
	if n := utf8.RuneCountInString(text); n > MaxText {
		return nil, fault(MaxText+1, "%d characters are too many, expected %d at most", n, MaxText)
	}
	if !utf8.ValidString(text) {
		return nil, fault(1, "not UTF-8")
	}
	tokens, err := scan(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, at: at}
	if p.peek().kind == kTitle {
		p.next++
		if p.peek().is('=') || p.peek().is(':') {
			p.next++
		}
	}
	return p, p.all()
}

func (p *parser) peek() token { return p.ahead(0) }

func (p *parser) ahead(n int) token { return p.tokens[min(p.next+n, len(p.tokens)-1)] }

// accept steps over a sign, if it is there.
func (p *parser) accept(symbol rune) bool {
	if p.peek().is(symbol) {
		p.next++
		return true
	}
	return false
}

// unexpected is the error at the token ahead.
func (p *parser) unexpected(expected string) error {
	t := p.peek()
	if t.kind == kEnd {
		return fault(t.at, "the text ends, expected %s", expected)
	}
	return fault(t.at, "unexpected %q, expected %s", t.text, expected)
}

func (p *parser) all() error {
	joint := replaces
	for {
		r, err := p.rule(joint)
		if err != nil {
			return err
		}
		p.rules = append(p.rules, r)
		switch t := p.peek(); {
		case t.kind == kEnd:
			return nil
		case t.is('|'):
			p.next += 2
			joint = fallsBack
			continue
		case t.is(';'):
			joint = replaces
		default:
			joint = adds
		}
		if p.next++; p.peek().kind == kEnd {
			return nil // a separator after the last rule does no harm
		}
	}
}

// rule reads up to a separator. A comma separates rules only after times, a state
// or a comment; before, it can but continue a list.
func (p *parser) rule(j joint) (*rule, error) {
	r, first, body := &rule{joint: j, state: open}, p.next, false
	for {
		switch t := p.peek(); {
		case p.separator(body):
			if p.next == first {
				return nil, p.unexpected("opening hours")
			}
			return r, nil
		case t.is(':') && p.next > first && !p.colonEnds():
			p.next++
		case p.isSpan(0), t.kind == kState, t.kind == kNote, t.kind == kAgreement, t.kind == kAlways, p.isAlways():
			body = true
			if err := p.body(r); err != nil {
				return nil, err
			}
		default:
			if err := p.group(r); err != nil {
				return nil, err
			}
		}
	}
}

// separator tells whether the rule ends at the token ahead.
func (p *parser) separator(body bool) bool {
	t := p.peek()
	return t.kind == kEnd || t.is(';') || t.is('|') && p.ahead(1).is('|') || t.is(',') && body
}

// colonEnds tells a colon with nothing of the rule behind it.
func (p *parser) colonEnds() bool {
	t := p.ahead(1)
	return t.kind == kEnd || t.is(';') || t.is(',') || t.is(':') || t.is('|')
}

func (p *parser) isAlways() bool {
	return p.peek().value == 24 && p.peek().kind == kNumber && p.ahead(1).is('/') &&
		p.ahead(2).kind == kNumber && p.ahead(2).value == 7
}

// body reads times, a state or a comment. A comment alone leaves it unknown
// whether the shop is open.
func (p *parser) body(r *rule) error {
	t := p.peek()
	switch {
	case p.isAlways():
		p.next += 3
		return nil
	case p.isSpan(0):
		return p.spans(r)
	case t.kind == kState && r.stated:
		return p.unexpected("one state of open, closed, off and unknown")
	case t.kind == kState:
		r.state, r.stated = state(t.value), true
	case t.kind != kAlways && r.note != "":
		return p.unexpected("one comment")
	case t.kind != kAlways:
		r.note = t.text
		if !r.stated {
			r.state = unknown
		}
	}
	p.next++
	return nil
}

// group reads one list of alternatives of years, months and days, weeks or weekdays.
func (p *parser) group(r *rule) error {
	var g group
	var err error
	switch t := p.peek(); {
	case p.isYear(0) && !p.isDate(0):
		g, err = p.years()
	case p.isDate(0):
		g, err = p.dates()
	case t.kind == kWeek:
		g, err = p.weeks()
	case p.isDay(0):
		g, err = p.days()
	default:
		return p.unexpected("days, months, times, open, off or a comment")
	}
	if last := len(r.groups) - 1; err == nil && last >= 0 && r.groups[last].holidays() && g.holidays() {
		r.groups[last] = append(r.groups[last], g...) // PH SH: either
		return nil
	}
	r.groups = append(r.groups, g)
	return err
}

func (g group) holidays() bool {
	for _, s := range g {
		if _, ok := s.(holiday); !ok {
			return false
		}
	}
	return len(g) > 0
}

// number reads a number from low to high.
func (p *parser) number(low, high int, what string) (int, error) {
	t := p.peek()
	if t.kind != kNumber || t.value < low || t.value > high {
		return 0, p.unexpected(fmt.Sprintf("%s from %d to %d", what, low, high))
	}
	p.next++
	return t.value, nil
}
