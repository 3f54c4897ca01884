package words

import (
	"math"
	"strconv"
	"strings"

	"redthread.dev/events"
)

// nbsp keeps an amount on one line. A channel for which it is dear (SMS in GSM 03.38 has no such
// character) replaces it by a space.
const nbsp = "\u00a0"

// script is how a locale writes numbers and the currencies its readers know by a sign, after
// Unicode CLDR 46, except that a neighbour's crown is always written as its code.
type script struct {
	group, point string
	after        bool // the currency stands behind the amount
	signs        map[string]string
}

var scripts = map[string]script{
	"da": {group: ".", point: ",", after: true, signs: map[string]string{"DKK": "kr.", "EUR": "€"}},
	"sv": {group: nbsp, point: ",", after: true, signs: map[string]string{"SEK": "kr", "EUR": "€"}},
	"en": {group: ",", point: ".", signs: map[string]string{"EUR": "€", "GBP": "£", "USD": "$"}},
}

// Money writes an amount for readers of a locale: DKK 129900 is "1.299,00 kr." in Danish,
// "1 299,00 DKK" in Swedish and "DKK 1,299.00" in English, with spaces that do not break. The
// currency has the decimals ISO 4217 gives it (none for ISK and JPY, three for KWD); an unknown code two.
func Money(m events.Money, locale string) string {
	s := scripts[Locale(locale, "")]
	minus, amount := s.number(m.Amount, decimals(m.Currency))
	sign, known := s.signs[m.Currency]
	switch {
	case s.after && known:
		return minus + amount + nbsp + sign
	case s.after:
		return minus + amount + nbsp + m.Currency
	case known:
		return minus + sign + amount
	}
	return minus + m.Currency + nbsp + amount
}

// Distance writes a way for readers of a locale: "850 m" in steps of 50 m, from a kilometre on
// "1,4 km", from ten on "14 km".
func Distance(metres float64, locale string) string {
	switch {
	case metres < 975:
		return strconv.Itoa(max(50, int(math.Round(metres/50))*50)) + nbsp + "m"
	case metres < 9950:
		_, km := scripts[Locale(locale, "")].number(int64(math.Round(metres/100)), 1)
		return km + nbsp + "km"
	}
	_, km := scripts[Locale(locale, "")].number(int64(math.Round(metres/1000)), 0)
	return km + nbsp + "km"
}

// odd are the currencies that do not have two decimals (ISO 4217:2015 list one, minor unit). Unicode
// CLDR rounds some of the others for show, which would misplace the point in an amount of minor units.
var odd = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
	"UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
}

func decimals(currency string) int {
	if n, ok := odd[currency]; ok {
		return n
	}
	return 2
}

// number writes minor units with the decimals, grouped by thousands, and the minus apart.
func (s script) number(minor int64, decimals int) (minus, amount string) {
	digits := strconv.FormatInt(minor, 10)
	if minor < 0 {
		minus, digits = "-", digits[1:]
	}
	digits = strings.Repeat("0", max(decimals+1-len(digits), 0)) + digits
	whole, fraction := digits[:len(digits)-decimals], digits[len(digits)-decimals:]
	var out strings.Builder
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteString(s.group)
		}
		out.WriteRune(d)
	}
	if decimals > 0 {
		out.WriteString(s.point + fraction)
	}
	return minus, out.String()
}
