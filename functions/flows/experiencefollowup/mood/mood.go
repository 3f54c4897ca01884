// Package mood is whether somebody who was asked how it went is glad, or was let down.
package mood

import "redthread.dev/events"

// Mood is what an answer tells of who gave it.
type Mood int

// The moods. LetDown is a detractor, Glad a promoter; Unclear is a measure of something else.
const (
	Neither Mood = iota
	LetDown
	Glad
	Unclear
)

// Of reads a score. Detractors are those of 0 to 6, promoters of 9 and 10: Reichheld,
// "The One Number You Need to Grow", Harvard Business Review, December 2003. Of satisfaction
// it is the lowest two and the highest of five; effort tells of the way, not of the customer.
func Of(a events.SurveyAnswered) Mood {
	low, high := 6.0, 9.0
	switch a.Kind {
	case events.SurveyNPS:
	case events.SurveyCSAT:
		low, high = 2, 5
	default:
		return Unclear
	}
	switch {
	case a.Score <= low:
		return LetDown
	case a.Score >= high:
		return Glad
	}
	return Neither
}
