package churnrescue

import (
	"fmt"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/brief"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

func (r rescue) letter(c *profile.Profile) (words.Message, error) {
	s := r.texts.In(c.Locale.Text()).With(map[string]any{"Name": c.FirstName()})
	return s.Message("letter", words.ButtonTo(s.Say("button"), r.HelpURL)), s.Err()
}

// ticket asks customer service to call, and tells what to know before.
func (r rescue) ticket(c *profile.Profile, last time.Time, looks int, v value) action.Ticket {
	var b strings.Builder
	fmt.Fprintf(&b, "Looked at how to cancel at %s (looks within %s: %d).\n", last.UTC().Format("2006-01-02 15:04 MST"), r.Within, looks)
	_, known := c.Address("phone")
	agreed, _ := c.Consented(events.ConsentPhone, events.PurposeMarketing)
	switch {
	case !known:
		b.WriteString("No phone number is known: write a personal mail instead.\n")
	case agreed:
		b.WriteString("Has agreed to be called.\n")
	default:
		b.WriteString("Has not been asked about calls: ask how we can help, and offer nothing for sale.\n")
	}
	if id, open := c.Complaint(); open {
		fmt.Fprintf(&b, "Has a complaint that is still open, %s: begin with that.\n", id)
	}
	fmt.Fprintf(&b, "Value %d of 100:", v.points())
	for _, p := range v {
		fmt.Fprintf(&b, "\n- %s", p)
	}
	b.WriteString("\n\n" + brief.Who(c))
	return action.Ticket{
		Thread: "cancellation " + last.UTC().Format(time.DateOnly), Subject: "Call a top customer who looks at how to cancel",
		Body: b.String(), Priority: "high", Due: last.Add(r.Due), Language: c.Locale.Text(),
	}
}
