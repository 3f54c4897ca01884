package ticket

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
)

// note is an update as people read it, in a system that customer service works in. It is for
// them alone: none of these systems shows it to the customer.
type note struct {
	about
	update
	name  string // of the customer, empty if unknown
	email string // likewise: by which these systems know customers
}

func annotate(d channel.Delivery) (note, error) {
	who, what, err := write(d)
	n := note{about: who, update: what}
	n.name = strings.TrimSpace(d.Profile.FirstName() + " " + d.Profile.Traits[events.TraitLastName].Text())
	n.email, _ = d.Profile.Address("email")
	return n, err
}

// complaintTag is the tag, or label, of tickets in which the shop has something to mend.
const complaintTag = "complaint"

// longestBody keeps a note, in characters, below what Zendesk takes: 65,535 in a comment.
const longestBody = 60_000

// text is what customer service reads. Its last line is by what it is known again.
func (n note) text() string {
	body := strings.TrimSpace(n.Body)
	if utf8.RuneCountInString(body) > longestBody {
		body = string([]rune(body)[:longestBody]) + "…"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", body)
	if n.Link != "" {
		fmt.Fprintf(&b, "Link: %s\n", n.Link)
	}
	if !n.Due.IsZero() {
		fmt.Fprintf(&b, "Answer by: %s\n", n.Due.UTC().Format("2006-01-02 15:04 MST"))
	}
	if n.Language != "" {
		fmt.Fprintf(&b, "Language: %s\n", n.Language)
	}
	fmt.Fprintf(&b, "Thread: %s\n%s", n.Thread, n.mark())
	return b.String()
}

func (n note) mark() string { return "redthread " + n.Ticket + " " + n.ID }

// title is the subject as one line.
func (n note) title() string { return strings.Join(strings.Fields(n.Subject), " ") }
