package browser

import (
	_ "embed"
	"slices"
)

//go:embed measure.js
var measure string

// Measures is a page as a person sees it: how wide, how small, how pale, how hard to
// hit. Lengths are CSS pixels. What cannot be seen is left out.
type Measures struct {
	Width  float64 // of all there is; more than Window: it scrolls sideways
	Window float64
	Ground string // the body's background, as rgb(r, g, b)
	Texts  []struct {
		Text     string
		Size     float64 // of the font
		Contrast float64 // with the ground it stands on, 1 to 21 (WCAG 2.2, 1.4.3)
	}
	Breaks []string // the words before and after each end of a line within a text, with \n between
	Images []struct {
		Alt           string
		Width, Height float64
		Loaded        bool
	}
	Targets []Target
	Links   []Target // all of them, buttons too
	Outside []string // HTML of what sticks out of the window, or whose content sticks out of it
	Unnamed []string // HTML of what can be used, but has no name for who cannot see it
}

// Target is something to hit: a button, input, select or label, or a link of the class
// button.
type Target struct {
	Tag, Text     string
	Width, Height float64
}

// Measure measures the page as it is now.
func (p *Page) Measure() Measures {
	p.t.Helper()
	return Ask[Measures](p, measure)
}

// Tagged returns the targets of these tags: button, input, select, label, a.
func (m Measures) Tagged(tags ...string) []Target {
	var found []Target
	for _, target := range m.Targets {
		if slices.Contains(tags, target.Tag) {
			found = append(found, target)
		}
	}
	return found
}
