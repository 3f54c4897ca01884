// Package page is what a salesperson reads before the first call: one screen on who the
// customer is, what they seem to want, and why they are a lead.
package page

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"redthread.dev/functions/flows/salesbrief/score"
	"redthread.dev/functions/flows/salesbrief/signals"
	"redthread.dev/shared/brief"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// What fits on one screen.
const (
	recent = 10 // things done last
	named  = 5  // of anything else
)

// Page is what a lead's page is written from.
type Page struct {
	Customer  *profile.Profile
	At        time.Time // what it is about has happened by then
	Seen      signals.Seen
	Drawn     Drawn // to, of what was seen
	Score     score.Score
	Needed    int                             // score that makes a lead
	Sensitive func(skuOrCategory string) bool // what is not to be told of
}

// String is the page as plain text.
func (p Page) String() string {
	s := &brief.Screen{Until: p.At}
	s.Say("SCORE: %d of 100 on %s, %d make a lead", p.Score.Total, p.At.UTC().Format("2 Jan 2006 at 15:04 MST"), p.Needed)
	for _, line := range p.Score.Lines() {
		s.Say("- %s", line)
	}
	s.Say("WHO: %s", strings.Join(p.who(), ", "))
	s.Say("USES: %s", brief.Uses(p.Customer))
	s.Part("NEEDS", p.needs(s))
	s.Part("INTERESTS", p.looked(s))
	s.Part("DONE LAST", s.Recent(p.Customer, recent, p.public, ""))
	return s.String()
}

// Subject is the page in a line.
func (p Page) Subject() string {
	return brief.Clip(fmt.Sprintf("Lead, %d of 100: %s", p.Score.Total, cmp.Or(p.Customer.Company(), brief.Name(p.Customer))), brief.Wide)
}

func (p Page) who() []string {
	who := []string{brief.Name(p.Customer)}
	if company := p.Customer.Company(); company != "" {
		who = append(who, brief.Clip(company, brief.Wide/2))
	}
	if locale := p.Customer.Locale.Text(); locale != "" {
		who = append(who, "speaks "+locale)
	}
	return append(who, brief.Value(p.Customer)...)
}

func (p Page) public(sku, category string) bool { return !p.Sensitive(sku) && !p.Sensitive(category) }

// needs are what the customer has said, and what they asked for of what counts.
func (p Page) needs(s *brief.Screen) (lines []string) {
	for _, x := range p.Seen.Contacts {
		if len(lines) < named && p.public(x.Topic, "") {
			lines = append(lines, fmt.Sprintf("%s asked by %s about %s", s.Ago(x.At), x.Channel, cmp.Or(x.Topic, "something")))
		}
	}
	for _, v := range p.Seen.Pages {
		if len(lines) < 2*named {
			lines = append(lines, fmt.Sprintf("%s looked at a page: %s", s.Ago(v.At), strings.TrimSpace(string(v.Kind)+" "+v.Category)))
		}
	}
	for _, category := range p.Customer.DeclaredInterests() {
		if len(lines) < 3*named && !p.Sensitive(category) {
			lines = append(lines, "cares for "+category+", they say")
		}
	}
	return lines
}

func (p Page) looked(s *brief.Screen) (lines []string) {
	for _, d := range p.Drawn {
		price := ""
		if d.Price.Amount > 0 {
			price = ", " + words.Money(d.Price, "en")
		}
		lines = append(lines, fmt.Sprintf("%s%s, seen %d %s, last %s", d.name(), price, d.times, words.Plural(d.times, "time", "times"), s.Ago(d.At)))
	}
	return lines
}
