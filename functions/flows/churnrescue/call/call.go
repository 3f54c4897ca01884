// Package call has customer service call a customer who may leave.
package call

import (
	"fmt"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/churnrescue/signs"
	"redthread.dev/functions/flows/churnrescue/value"
	"redthread.dev/shared/action"
	"redthread.dev/shared/brief"
	"redthread.dev/shared/profile"
)

// Ticket asks customer service to call, due so long after the last look at how to cancel, and
// tells what to know before. The looks within a time of the last count.
func Ticket(c *profile.Profile, s signs.Signs, within time.Duration, v value.Value, due time.Duration) action.Ticket {
	last := s.Last()
	var b strings.Builder
	fmt.Fprintf(&b, "Looked at how to cancel at %s (looks within %s: %d).\n", last.UTC().Format("2006-01-02 15:04 MST"), within, s.Recent(within))
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
	fmt.Fprintf(&b, "Value %d of 100:", v.Points())
	for _, p := range v {
		fmt.Fprintf(&b, "\n- %s", p)
	}
	b.WriteString("\n\n" + brief.Who(c))
	return action.Ticket{
		Thread: "cancellation " + last.UTC().Format(time.DateOnly), Subject: "Call a top customer who looks at how to cancel",
		Body: b.String(), Priority: "high", Due: last.Add(due), Language: c.Locale.Text(),
	}
}
