package words

import (
	"text/template"
	"time"

	"redthread.dev/events"
)

// spoken are the functions a text may use: {{money .Total}}, {{date .When}}, {{day .When}},
// {{clock .When}} and {{plural .Count "vare" "varer"}}.
func spoken(locale string) template.FuncMap {
	return template.FuncMap{
		"money":  func(m events.Money) string { return Money(m, locale) },
		"date":   func(t time.Time) string { return Date(t, locale) },
		"day":    func(t time.Time) string { return Day(t, locale) },
		"clock":  func(t time.Time) string { return Clock(t, locale) },
		"plural": Plural,
	}
}
