package events

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// dialling is what E.164 and a country's own plan say about its numbers.
type dialling struct {
	code    string // the country calling code
	trunk   string // what is dialled before a number inside the country, but not from abroad
	lengths uint32 // bit n: a number may have n digits after the calling code
}

func (d dialling) fits(number string) bool {
	return len(number) < 32 && d.lengths&(1<<len(number)) != 0
}

// plans are the countries' dialling by country, and by calling code. They stand in
// for a full phone number library, which would add 5 MB and 5 ms to every start.
var plans = sync.OnceValues(func() (byCountry, byCode map[string]dialling) {
	byCountry, byCode = map[string]dialling{}, map[string]dialling{}
	for _, entry := range strings.Fields(phonePlans) {
		parts := strings.Split(entry, ":")
		lengths, err := strconv.ParseUint(parts[3], 16, 32)
		if err != nil {
			panic("phone plan " + entry + ": " + err.Error())
		}
		d := dialling{code: parts[1], trunk: parts[2], lengths: uint32(lengths)}
		byCountry[parts[0]] = d
		if _, ok := byCode[d.code]; !ok {
			byCode[d.code] = d
		}
	}
	return byCountry, byCode
})

// normalisePhone writes a number as E.164 does: + and 8 to 15 digits. It checks that a
// number of that length can be in that country, not that it is in use.
func normalisePhone(value, defaultCountry string) (string, error) {
	digits, international, err := dialled(value)
	if err != nil {
		return "", err
	}
	country, known := planOf(defaultCountry)
	switch {
	case international:
	case country.code == "1" && strings.HasPrefix(digits, "011"):
		digits, international = digits[3:], true
	case strings.HasPrefix(digits, "00"):
		digits, international = digits[2:], true
	}
	if international {
		return abroad(digits)
	}
	if !known {
		return "", fmt.Errorf("%w: no calling code, and no default country", ErrMalformed)
	}
	return inland(digits, country)
}

// dialled returns the digits of a number as people write it, and whether they begin
// with a calling code.
func dialled(value string) (digits string, international bool, err error) {
	value = strings.TrimPrefix(strings.ToLower(value), "tel:")
	value, international = strings.CutPrefix(strings.TrimSpace(value), "+")
	if international {
		value = strings.Replace(value, "(0)", "", 1)
	}
	var out strings.Builder
	for _, r := range value {
		switch {
		case '0' <= r && r <= '9':
			out.WriteRune(r)
		case strings.ContainsRune(" -./()\u00a0\u2009\u2010\u2011\u2013", r):
		default:
			return "", false, fmt.Errorf("%w: expected digits, with + before a calling code", ErrMalformed)
		}
	}
	if strings.Trim(out.String(), "0") == "" {
		return "", false, ErrBlocked
	}
	return out.String(), international, nil
}

func planOf(country string) (dialling, bool) {
	byCountry, _ := plans()
	d, ok := byCountry[strings.ToUpper(country)]
	return d, ok
}

// HasPhones tells whether country, two letters of ISO 3166-1, has telephone numbers of
// its own, so that a number that names no country can be read as one from there.
func HasPhones(country string) bool {
	country = strings.ToUpper(country)
	for entry := range strings.FieldsSeq(phonePlans) { // the plans are made when the first number is read
		if of, _, _ := strings.Cut(entry, ":"); of == country {
			return true
		}
	}
	return false
}

func abroad(digits string) (string, error) {
	_, byCode := plans()
	for length := 1; length <= 3 && length < len(digits); length++ {
		country, ok := byCode[digits[:length]]
		if !ok {
			continue
		}
		return country.write(digits[length:])
	}
	return "", fmt.Errorf("%w: no country has that calling code", ErrMalformed)
}

// inland reads a number as it is dialled inside its country: with the trunk prefix,
// without, or with the calling code but no +.
func inland(digits string, country dialling) (string, error) {
	if rest, ok := strings.CutPrefix(digits, country.trunk); ok && country.trunk != "" && country.fits(rest) {
		return country.write(rest)
	}
	if rest, ok := strings.CutPrefix(digits, country.code); ok && !country.fits(digits) {
		return country.write(rest)
	}
	return country.write(digits)
}

// write writes what follows the calling code. Where 0 is the trunk prefix no number
// begins with it, though many people write it: +46 070…
func (d dialling) write(number string) (string, error) {
	if strings.Trim(number, "0") == "" {
		return "", ErrBlocked
	}
	if d.trunk == "0" {
		number = strings.TrimLeft(number, "0")
	}
	if !d.fits(number) {
		return "", fmt.Errorf("%w: no number with calling code %s has %d more digits", ErrMalformed, d.code, len(number))
	}
	return "+" + d.code + number, nil
}
