package socialcare

import (
	"fmt"
	"strings"

	"redthread.dev/events"
	"redthread.dev/shared/brief"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/tone"
)

func subject(m flow.Moment[events.SocialMentioned], what string) string {
	return fmt.Sprintf("%s: @%s on %s", what, strings.TrimPrefix(m.Data.Handle, "@"), m.Data.Platform)
}

// body is what the agent should know before the first word: what was written, how
// we read it, and who wrote it.
func body(m flow.Moment[events.SocialMentioned], r tone.Reading) string {
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
	b.WriteString(brief.Who(m.Profile))
	return b.String()
}

func language(r tone.Reading) string {
	if r.Language == "" {
		return "an unknown language"
	}
	return r.Language
}
