package words

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// readable is the least contrast of text on its ground (WCAG 2.2, success criterion 1.4.3, AA).
const readable = 4.5

func (p Palette) or(q Palette) Palette {
	return Palette{
		Accent:     cmp.Or(p.Accent, q.Accent),
		Background: cmp.Or(p.Background, q.Background),
		Card:       cmp.Or(p.Card, q.Card),
		Text:       cmp.Or(p.Text, q.Text),
		Muted:      cmp.Or(p.Muted, q.Muted),
		Line:       cmp.Or(p.Line, q.Line),
	}
}

type namedColor struct{ name, value string }

func (p Palette) check(where string) error {
	var errs []error
	inks := []namedColor{{"text", p.Text}, {"muted", p.Muted}}
	grounds := []namedColor{{"card", p.Card}, {"background", p.Background}}
	for _, c := range append(append([]namedColor{{"accent", p.Accent}, {"line", p.Line}}, inks...), grounds...) {
		if _, err := luminance(c.value); err != nil {
			errs = append(errs, fmt.Errorf("%s.%s is %q, want #rrggbb", where, c.name, c.value))
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	for _, ink := range inks {
		for _, ground := range grounds {
			if c := contrast(ink.value, ground.value); c < readable {
				errs = append(errs, fmt.Errorf("%s.%s %s on %s %s has a contrast of %.1f, want at least %.1f (WCAG 1.4.3)",
					where, ink.name, ink.value, ground.name, ground.value, c, readable))
			}
		}
	}
	return errors.Join(errs...)
}

// OnAccent is the text colour of a button. One of black and white always has a contrast above 4.5.
func (p Palette) OnAccent() string {
	if contrast("#ffffff", p.Accent) >= readable {
		return "#ffffff" // the customary look, where it can be read
	}
	return "#000000"
}

// contrast is the ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"); 1 if one is no colour.
func contrast(a, b string) float64 {
	la, errA := luminance(a)
	lb, errB := luminance(b)
	if errA != nil || errB != nil {
		return 1
	}
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance is the relative luminance of #rrggbb, 0 to 1 (WCAG 2.2, "relative luminance").
func luminance(color string) (float64, error) {
	if len(color) != 7 || color[0] != '#' {
		return 0, fmt.Errorf("%q is no colour", color)
	}
	rgb, err := strconv.ParseUint(color[1:], 16, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is no colour", color)
	}
	channel := func(shift uint) float64 {
		c := float64(rgb>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0), nil
}
