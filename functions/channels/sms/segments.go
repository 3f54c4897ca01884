package sms

import (
	"strings"
	"unicode/utf16"
)

// A text message goes as segments of 140 octets: alone, or several with a header of 6
// octets that the phone puts them together by (3GPP TS 23.040, section 9.2.3.24).
const (
	gsmAlone, gsmOf = 160, 153 // septets
	ucsAlone, ucsOf = 70, 67   // UTF-16 units
)

// The default alphabet of 3GPP TS 23.038 (GSM 03.38), section 6.2.1, and the characters of
// its extension table, which take two septets as they are escaped.
const (
	basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extended = "\f^{}\\[~]|€"
)

// The encodings, by the names gateways know.
const (
	gsm7 = "gsm7"
	ucs2 = "ucs2"
)

// encoding is the one a text has to be sent in: one character that the GSM alphabet lacks
// more than halves what a segment takes.
func encoding(text string) string {
	for _, r := range text {
		if !strings.ContainsRune(basic, r) && !strings.ContainsRune(extended, r) {
			return ucs2
		}
	}
	return gsm7
}

// segments counts the segments that a text is sent, and paid for, as. A character is
// never cut in two: neither an escape from what it escapes, nor a surrogate from its other.
func segments(text string) int {
	width, alone, of := septets, gsmAlone, gsmOf
	if encoding(text) == ucs2 {
		width, alone, of = utf16.RuneLen, ucsAlone, ucsOf
	}
	total, count, left := 0, 0, 0
	for _, r := range text {
		w := width(r)
		if w < 0 { // an invalid byte is sent as U+FFFD
			w = 1
		}
		if w > left {
			count, left = count+1, of
		}
		left -= w
		total += w
	}
	if total <= alone {
		return min(count, 1)
	}
	return count
}

func septets(r rune) int {
	if strings.ContainsRune(extended, r) {
		return 2
	}
	return 1
}

// lookAlikes are typographers' characters that the GSM alphabet lacks, and what stands for
// them on a phone. Words keep their letters, whatever these cost.
var lookAlikes = strings.NewReplacer(
	"\u00a0", " ", "\u202f", " ", "\u2009", " ", "\u00ad", "", "\u200b", "", "\ufeff", "", "\t", " ", "\r\n", "\n",
	"‘", "'", "’", "'", "‚", "'", "“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`,
	"‐", "-", "‑", "-", "–", "-", "—", "-", "−", "-", "…", "...", "•", "*", "·", "-", "×", "x",
)
