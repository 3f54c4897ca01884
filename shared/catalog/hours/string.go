package hours

import (
	"fmt"
	"strings"
	"time"
)

// String writes the hours the way OpenStreetMap does. Parsed again in the same
// place they mean the same.
func (h *Hours) String() string {
	var b strings.Builder
	for i, r := range h.rules {
		if i > 0 {
			b.WriteString([]string{"; ", ", ", " || "}[r.joint])
		}
		r.write(&b, i+1 < len(h.rules) && h.rules[i+1].joint == adds)
	}
	return b.String()
}

// write spells the state out where the rule would not be one without it, and where
// a comma after it would otherwise continue a list.
func (r *rule) write(b *strings.Builder, commaFollows bool) {
	var parts []string
	for i, g := range r.groups {
		parts = append(parts, g.String())
		if i+1 < len(r.groups) && g.joins(r.groups[i+1]) {
			parts[i] += ":"
		}
	}
	if spans := r.times(); spans != "" {
		parts = append(parts, spans)
	}
	switch {
	case r.state == open && len(parts) == 0 && r.note == "" && !commaFollows:
		parts = append(parts, "24/7")
	case r.state != open:
		parts = append(parts, r.state.String())
	case commaFollows || r.note != "" || len(r.spans) == 0:
		parts = append(parts, r.state.String())
	}
	if r.note != "" {
		parts = append(parts, `"`+r.note+`"`)
	}
	b.WriteString(strings.Join(parts, " "))
}

func (s state) String() string { return []string{"off", "open", "unknown"}[s] }

func (r *rule) times() string {
	spans := make([]string, len(r.spans))
	for i, s := range r.spans {
		spans[i] = s.String()
	}
	return strings.Join(spans, ",")
}

func (s span) String() string {
	text := s.from.String()
	if s.hasTo {
		text += "-" + s.to.String()
	}
	if s.openEnd {
		text += "+"
	}
	return text
}

func (c clock) String() string {
	hhmm := fmt.Sprintf("%02d:%02d", abs(c.minutes)/60, abs(c.minutes)%60)
	if c.sun == noSun {
		return hhmm
	}
	name := []string{"", "dawn", "sunrise", "sunset", "dusk"}[c.sun]
	if c.minutes == 0 {
		return name
	}
	return fmt.Sprintf("(%s%c%s)", name, sign(c.minutes), hhmm)
}

func (g group) String() string {
	list := make([]string, len(g))
	for i, s := range g {
		list[i] = s.String()
		if _, ok := s.(weeks); ok && i == 0 {
			list[i] = "week " + list[i]
		}
	}
	return strings.Join(list, ",")
}

// joins tells whether two lists would be read as one if no colon stood between them:
// Aug: Su[1] +1 day is not Aug Su[1] +1 day, and 2025: Dec 24-Jan 2 not 2025 Dec 24-Jan 2.
func (g group) joins(next group) bool {
	switch first := next[0].(type) {
	case weekdays:
		_, after := g[0].(dates)
		return after && len(first.nth) > 0
	case dates:
		_, after := g[0].(years)
		return after && first.from.year == 0
	}
	return false
}

func (y years) String() string {
	switch {
	case y.to == forever && y.step == 0:
		return fmt.Sprintf("%d+", y.from)
	case y.to == forever:
		return fmt.Sprintf("%d%s", y.from, every(y.step))
	}
	return numbers(y.from, y.to, y.step, "%d")
}

func (w weeks) String() string { return numbers(w.from, w.to, w.step, "%02d") }

func numbers(from, to, step int, format string) string {
	text := fmt.Sprintf(format, from)
	if to != from {
		text += fmt.Sprintf("-"+format, to)
	}
	return text + every(step)
}

func every(step int) string {
	if step == 0 {
		return ""
	}
	return fmt.Sprintf("/%d", step)
}

func (w weekdays) String() string {
	text := w.from.String()[:2]
	if w.to != w.from {
		text += "-" + w.to.String()[:2]
	}
	for i, n := range w.nth {
		text += fmt.Sprintf("%c%d", "[,"[min(i, 1)], n)
	}
	if len(w.nth) > 0 {
		text += "]"
	}
	return text + offset(w.offset)
}

func (h holiday) String() string {
	if h.school {
		return "SH" + offset(h.offset)
	}
	return "PH" + offset(h.offset)
}

func offset(days int) string {
	switch {
	case days == 0:
		return ""
	case abs(days) == 1:
		return fmt.Sprintf(" %+d day", days)
	}
	return fmt.Sprintf(" %+d days", days)
}

func (r dates) String() string {
	text := r.from.String()
	if r.to != r.from {
		text += "-" + r.to.String()
	}
	return text + every(r.step)
}

func (e endpoint) String() string {
	text := ""
	if e.year != 0 {
		text = fmt.Sprintf("%d ", e.year)
	}
	switch {
	case e.easter:
		text += "easter"
	case e.nth != 0:
		text += weekdays{from: e.weekday, to: e.weekday, nth: []int{e.nth}}.in(e.month)
	case e.day != 0:
		text += fmt.Sprintf("%s %02d", e.month.String()[:3], e.day)
	default:
		text += e.month.String()[:3]
	}
	return text + offset(e.offset)
}

func (w weekdays) in(m time.Month) string { return m.String()[:3] + " " + w.String() }

func abs(n int) int { return max(n, -n) }

func sign(n int) rune {
	if n < 0 {
		return '-'
	}
	return '+'
}
