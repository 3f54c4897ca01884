package servicebrief

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"redthread.dev/shared/words"
)

// recent is what the customer did last. What they searched for is their own business.
func (b *brief) recent() []string {
	type done struct {
		at   time.Time
		what string
	}
	var all []done
	did := func(at time.Time, format string, args ...any) {
		all = append(all, done{at, fmt.Sprintf(format, args...)})
	}
	p := b.Profile
	for _, v := range p.Views {
		switch {
		case v.SKU == "":
			did(v.At, "looked at a page: %s", v.Kind)
		case b.public(v.SKU, v.Category):
			did(v.At, "looked at %s", cmp.Or(v.Name, v.SKU))
		}
	}
	for _, s := range p.Scans {
		if b.public(s.SKU, "") {
			did(s.At, "scanned %s in %s", s.SKU, s.StoreID)
		}
	}
	for _, v := range p.Visits {
		did(v.At, "was in %s", v.StoreID)
	}
	for _, o := range p.Placed {
		did(o.At, "ordered %s (%s), %s", o.OrderID, o.Place, words.Money(o.Total, "en"))
	}
	for _, c := range p.Collected {
		did(c.At, "fetched %s in %s", c.OrderID, c.StoreID)
	}
	for _, r := range p.Returned {
		did(r.At, "returned %s, %s back", r.OrderID, words.Money(r.Refund, "en"))
	}
	for _, m := range p.Mentions {
		did(m.At, "wrote on %s", m.Platform)
	}
	for _, c := range p.Contacts {
		if c.ID != b.Key {
			did(c.At, "turned to us by %s about %s", c.Channel, cmp.Or(c.Topic, "something"))
		}
	}
	for _, s := range p.Surveys {
		did(s.At, "gave %g (%s)", s.Score, s.Kind)
	}
	all = slices.DeleteFunc(all, func(d done) bool { return d.at.After(b.At) })
	slices.SortStableFunc(all, func(x, y done) int { return cmp.Or(y.at.Compare(x.at), cmp.Compare(x.what, y.what)) })
	var lines []string
	for _, d := range all[:min(recent, len(all))] {
		lines = append(lines, b.ago(d.at)+" "+d.what)
	}
	return lines
}

// ago tells how long before the contact something was; after three months, the day.
func (b *brief) ago(at time.Time) string {
	d := b.At.Sub(at)
	switch {
	case d < time.Minute:
		return "just now"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	case d < 92*24*time.Hour:
		return fmt.Sprintf("%d days ago", int(d.Hours()/24))
	}
	return at.UTC().Format(time.DateOnly)
}

// clip makes one line of text of at most n letters.
func clip(text string, n int) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if letters := []rune(text); len(letters) > n {
		return string(letters[:n-1]) + "…"
	}
	return text
}

// wrapped cuts text at blanks into lines of about n letters.
func wrapped(text string, n int) (lines []string) {
	for word := range strings.FieldsSeq(text) {
		if last := len(lines) - 1; last >= 0 && len([]rune(lines[last]))+len([]rune(word)) < n {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}
