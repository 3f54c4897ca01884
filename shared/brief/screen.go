package brief

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Wide is how many letters a line of a screen has at most.
const Wide = 100

// Screen is a brief as it is written, line by line, about what had happened by Until.
type Screen struct {
	Until time.Time
	lines []string
}

// String is the brief as plain text.
func (s *Screen) String() string { return strings.Join(s.lines, "\n") + "\n" }

// Say adds a line. What is too long for it is cut off.
func (s *Screen) Say(format string, args ...any) {
	s.lines = append(s.lines, Clip(fmt.Sprintf(format, args...), Wide))
}

// Part adds a heading with its lines, if there are any.
func (s *Screen) Part(heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	s.Say("%s", heading)
	for _, l := range lines {
		s.Say("- %s", l)
	}
}

// Quote adds what somebody said, in as many lines as it takes.
func (s *Screen) Quote(text string) {
	if text = Clip(text, 3*Wide-10); text != "" {
		for _, line := range wrapped("“"+text+"”", Wide) {
			s.Say("%s", line)
		}
	}
}

// Ago tells how long before the brief something was; after three months, the day.
func (s *Screen) Ago(at time.Time) string {
	d := s.Until.Sub(at)
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

// Clip makes one line of text of at most n letters.
func Clip(text string, n int) string {
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
