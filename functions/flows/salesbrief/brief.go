package salesbrief

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"redthread.dev/shared/brief"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// What fits on one screen.
const (
	recent = 10 // things done last
	named  = 5  // of anything else
)

// page is what the salesperson reads before the first call.
type page struct {
	flow.Moment[thread.Timer]
	brief.Screen
	settings
	value value
	drawn []drawn
}

// drawn is a product that the customer is drawn to.
type drawn struct {
	profile.View // the latest
	times        int
}

func newPage(m flow.Moment[thread.Timer], s settings, v value) *page {
	p := &page{Moment: m, Screen: brief.Screen{Until: m.At}, settings: s, value: v}
	p.draw()
	p.Say("SCORE: %d of 100 on %s, %d make a lead", v.total, m.At.UTC().Format("2 Jan 2006 at 15:04 MST"), s.Score)
	for _, part := range v.parts {
		p.Say("- %s", said(part))
	}
	p.Say("WHO: %s", strings.Join(p.who(), ", "))
	p.Say("USES: %s", brief.Uses(p.Profile))
	p.Part("NEEDS", p.needs())
	p.Part("INTERESTS", p.looked())
	p.Part("DONE LAST", p.Recent(p.Profile, recent, p.public, ""))
	return p
}

func (p *page) who() []string {
	who := []string{brief.Name(p.Profile)}
	if company := p.Profile.Company(); company != "" {
		who = append(who, brief.Clip(company, brief.Wide/2))
	}
	if locale := p.Profile.Locale.Text(); locale != "" {
		who = append(who, "speaks "+locale)
	}
	return append(who, brief.Value(p.Profile)...)
}

func (p *page) public(sku, category string) bool { return !p.Sensitive(sku) && !p.Sensitive(category) }

// draw finds the products that count, the one looked at most first.
func (p *page) draw() {
	for _, v := range p.Profile.Views {
		if !p.shown(p.Profile, v, p.At, p.Sensitive) {
			continue
		}
		if i := slices.IndexFunc(p.drawn, func(d drawn) bool { return d.SKU == v.SKU }); i >= 0 {
			p.drawn[i].times++
		} else {
			p.drawn = append(p.drawn, drawn{v, 1})
		}
	}
	slices.SortStableFunc(p.drawn, func(a, b drawn) int { return b.times - a.times })
	p.drawn = p.drawn[:min(named, len(p.drawn))]
}

func (d drawn) name() string { return cmp.Or(d.Name, d.SKU) }

// needs are what the customer has said, and what they asked for of what counts.
func (p *page) needs() (lines []string) {
	for _, x := range p.Profile.Contacts {
		if len(lines) < named && sales(x) && p.public(x.Topic, "") && p.counts(p.Profile, x.At, p.At) {
			lines = append(lines, fmt.Sprintf("%s asked by %s about %s", p.Ago(x.At), x.Channel, cmp.Or(x.Topic, "something")))
		}
	}
	for _, v := range p.Profile.Views {
		if len(lines) < 2*named && p.read(p.Profile, v, p.At, p.Sensitive) {
			lines = append(lines, fmt.Sprintf("%s looked at a page: %s", p.Ago(v.At), strings.TrimSpace(string(v.Kind)+" "+v.Category)))
		}
	}
	for _, category := range p.Profile.DeclaredInterests() {
		if len(lines) < 3*named && !p.Sensitive(category) {
			lines = append(lines, "cares for "+category+", they say")
		}
	}
	return lines
}

func (p *page) looked() (lines []string) {
	for _, d := range p.drawn {
		price := ""
		if d.Price.Amount > 0 {
			price = ", " + words.Money(d.Price, "en")
		}
		lines = append(lines, fmt.Sprintf("%s%s, seen %d %s, last %s", d.name(), price, d.times, words.Plural(d.times, "time", "times"), p.Ago(d.At)))
	}
	return lines
}

// interests are the names of the products.
func (p *page) interests() (all []string) {
	for _, d := range p.drawn {
		all = append(all, brief.Clip(d.name(), brief.Wide))
	}
	return all
}

// subjects are what the brief infers an interest in.
func (p *page) subjects() (all []string) {
	for _, d := range p.drawn {
		all = append(all, d.SKU, d.Category)
	}
	return all
}

func (p *page) subject() string {
	return brief.Clip(fmt.Sprintf("Lead, %d of 100: %s", p.value.total, cmp.Or(p.Profile.Company(), brief.Name(p.Profile))), brief.Wide)
}
