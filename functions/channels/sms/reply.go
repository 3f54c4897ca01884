package sms

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// wish is what a customer wants who texts us.
type wish string

const (
	nothing wish = "nothing" // that we know of
	end     wish = "end"
	begin   wish = "begin"
)

// The words in Danish, Swedish and English. Those of leave say it whatever a word or two
// more says; those of enough, and of back, only by themselves, since people use them for
// other things, too.
var (
	leave = strings.Fields(`STOP STOPP STOPPA STOPALL STOPSMS SMSSTOP AFMELD AFMELDE AFMELDING FRAMELD AFREGISTRER
		AVREGISTRERA AVANMÄL AVANMÄLA AVANMAL AVSLUTA UNSUBSCRIBE OPTOUT OPT-OUT`)
	enough = strings.Fields(`AFSLUT OPHØR SLUT SLUTA AVBRYT AVBÖJ END CANCEL QUIT REVOKE REMOVE`)
	back   = strings.Fields(`START STARTA UNSTOP TILMELD ANMÄL SUBSCRIBE OPTIN OPT-IN`)
	polite = strings.Fields(`PLEASE VENLIGST SNÄLLA VÄNLIGEN HEJ HI HELLO`)
)

// longestWish is how many words a message has that begins with one of leave and means it:
// "stop alle sms", but not "stop the parcel, I have moved".
const longestWish = 3

// meaning reads what a customer has texted, in its first line: phones sign for their
// owners. To take for STOP what was not costs them some
// texts, which then come as e-mail; not to take what was one costs us their trust.
func meaning(said string) wish {
	line, _, _ := strings.Cut(strings.TrimSpace(said), "\n")
	words := strings.FieldsFunc(strings.ToUpper(norm.NFC.String(line)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-'
	})
	for len(words) > 0 && slices.Contains(polite, words[0]) {
		words = words[1:]
	}
	if len(words) > 1 && words[0] == "OPT" {
		words = append([]string{"OPT-" + words[1]}, words[2:]...)
	}
	switch {
	case len(words) == 0 || len(words) > longestWish:
		return nothing
	case slices.Contains(leave, words[0]):
		return end
	case len(words) > 1:
		return nothing
	case slices.Contains(enough, words[0]):
		return end
	case slices.Contains(back, words[0]):
		return begin
	}
	return nothing
}
