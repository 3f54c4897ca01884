// Package post is what a customer wrote in public, as we read it and as customer service is
// told of it.
package post

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/brief"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/tone"
)

// Post is one that was read.
type Post struct {
	events.SocialMentioned
	At      time.Time
	Reading tone.Reading // of the words
	Mood    tone.Mood    // of the words and the stars
}

// Read reads a post that was written at a time.
func Read(m events.SocialMentioned, at time.Time) Post {
	p := Post{SocialMentioned: m, At: at, Reading: tone.Read(m.Text, m.Language)}
	p.Mood = p.Reading.Mood
	switch { // stars say more than words
	case m.Rating >= 1 && m.Rating <= 2:
		p.Mood = tone.Negative
	case m.Rating >= 4 && p.Mood != tone.Negative:
		p.Mood = tone.Positive
	}
	return p
}

// Saw is a line on how the post was read.
func (p Post) Saw() string {
	return fmt.Sprintf("%s, sentiment %+.2f, reach %d", p.language(), p.Reading.Score, p.Reach)
}

// Ticket tells customer service of the post, and what to do about it. The ticket is that of
// its conversation; how urgent it is, is open yet.
func (p Post) Ticket(conversation, what string, c *profile.Profile) action.Ticket {
	return action.Ticket{
		Thread: conversation, Where: p.Platform, Language: p.Reading.Language, Link: p.URL, Body: p.body(c),
		Subject: fmt.Sprintf("%s: @%s on %s", what, strings.TrimPrefix(p.Handle, "@"), p.Platform),
	}
}

// body is what the agent should know before the first word: what was written, how
// we read it, and who wrote it.
func (p Post) body(c *profile.Profile) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", strings.TrimSpace(p.Text))
	fmt.Fprintf(&b, "Written on %s at %s", p.Platform, p.At.UTC().Format("2006-01-02 15:04 MST"))
	if p.Rating > 0 {
		fmt.Fprintf(&b, ", %d of 5 stars", p.Rating)
	}
	if p.Reach > 0 {
		fmt.Fprintf(&b, ", seen by about %d", p.Reach)
	}
	fmt.Fprintf(&b, ". Read as %s, sentiment %+.2f.\n\n", p.language(), p.Reading.Score)
	b.WriteString(brief.Who(c))
	return b.String()
}

func (p Post) language() string { return cmp.Or(p.Reading.Language, "an unknown language") }
