package socialcare

import (
	"fmt"
	"slices"
	"strings"

	"redthread.dev/events"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/tone"
	"redthread.dev/shared/words"
)

func subject(m flow.Moment[events.SocialMentioned], what string) string {
	return fmt.Sprintf("%s: @%s on %s", what, strings.TrimPrefix(m.Data.Handle, "@"), m.Data.Platform)
}

// brief is what the agent should know before the first word: what was written, how
// we read it, and who wrote it.
func brief(m flow.Moment[events.SocialMentioned], r tone.Reading) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", strings.TrimSpace(m.Data.Text))
	fmt.Fprintf(&b, "Written on %s at %s", m.Data.Platform, m.At.UTC().Format("2006-01-02 15:04 MST"))
	if m.Data.Rating > 0 {
		fmt.Fprintf(&b, ", %d of 5 stars", m.Data.Rating)
	}
	if m.Data.Reach > 0 {
		fmt.Fprintf(&b, ", seen by about %d", m.Data.Reach)
	}
	fmt.Fprintf(&b, ". Read as %s, sentiment %+.2f.\n\n", language(r), r.Score)
	b.WriteString(who(m))
	return b.String()
}

// who tells what we know of the customer in a few lines.
func who(m flow.Moment[events.SocialMentioned]) string {
	c := m.Profile
	if c.Totals.Orders == 0 {
		return "No orders known.\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Customer since %s: %d orders", c.Totals.First.UTC().Format("2006-01-02"), c.Totals.Orders)
	for _, currency := range currencies(c.Totals.Spent) {
		fmt.Fprintf(&b, ", %s", words.Money(events.Money{Amount: c.Totals.Spent[currency], Currency: currency}, "en"))
	}
	if c.Totals.Returns > 0 {
		fmt.Fprintf(&b, ", %d returned", c.Totals.Returns)
	}
	b.WriteString(".\n")
	for _, o := range c.Orders()[:min(3, len(c.Orders()))] {
		fmt.Fprintf(&b, "- order %s, %s, in %s\n", o.OrderID, o.At.UTC().Format("2006-01-02"), o.Place)
	}
	return b.String()
}

func currencies(spent map[string]int64) []string {
	var all []string
	for c := range spent {
		all = append(all, c)
	}
	slices.Sort(all)
	return all
}

func language(r tone.Reading) string {
	if r.Language == "" {
		return "an unknown language"
	}
	return r.Language
}
