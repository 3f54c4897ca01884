package dynamodb

import (
	"strconv"
	"strings"
)

// DynamoDB's numbers are decimal and exact to so many digits, of magnitudes 1e-130 to
// 9.99e125 (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
// We stay within the smaller exponent on both sides.
const (
	mostDigits   = 38
	mostExponent = 125
)

// number returns the text DynamoDB is to be given for a JSON number, and whether it keeps
// the number exactly.
func number(literal string) (string, bool) {
	digits, exponent, ok := decimal(literal)
	switch {
	case !ok:
		return "", false
	case digits == "":
		return "0", true
	case len(digits) > mostDigits || exponent > mostExponent || exponent < -mostExponent:
		return "", false
	case len(literal) <= mostDigits:
		return literal, true
	}
	text := digits[:1] + "." + digits[1:] + "0E" + strconv.Itoa(exponent)
	if literal[0] == '-' {
		text = "-" + text
	}
	return text, true
}

// decimal returns a literal's significant digits, none for zero, and the exponent of the
// first of them.
func decimal(literal string) (digits string, exponent int, ok bool) {
	mantissa, power, scaled := strings.Cut(strings.ToLower(strings.TrimPrefix(literal, "-")), "e")
	if scaled {
		var err error
		if exponent, err = strconv.Atoi(power); err != nil || exponent > 1e6 || exponent < -1e6 {
			return "", 0, strings.Trim(mantissa, "0.") == "" // zero, whatever its scale
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	all := whole + fraction
	digits = strings.TrimLeft(all, "0")
	exponent += len(whole) - 1 - (len(all) - len(digits))
	return strings.TrimRight(digits, "0"), exponent, true
}
