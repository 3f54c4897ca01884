package words

import (
	"regexp"
	"strings"
)

// What is read as one: the hour, a number or a date after the word that announces it, a
// number and what it counts, a day and its month; and a name with an ampersand.
var (
	announced = regexp.MustCompile(`\b(kl\.|nr\.|at|den) (\d)`)
	counted   = regexp.MustCompile(`(^|[ \x{a0}(\n])(\d{1,4}) (\p{L})`)
	ordinal   = regexp.MustCompile(`(^|[ \x{a0}(\n])(\d{1,2}\.) (\p{Ll})`)
)

// bound keeps on one line what is read as one: "kl. 18.00", "9. marts", "2450 København", "Tråd & Træ". It
// is for what is laid out here, not for a text message, where such a space is dear.
func bound(text string) string {
	text = strings.ReplaceAll(text, " & ", nbsp+"&"+nbsp)
	if !strings.ContainsAny(text, "0123456789") {
		return text
	}
	text = announced.ReplaceAllString(text, "$1"+nbsp+"$2")
	text = counted.ReplaceAllString(text, "$1$2"+nbsp+"$3")
	return ordinal.ReplaceAllString(text, "$1$2"+nbsp+"$3")
}
