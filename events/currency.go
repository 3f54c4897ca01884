package events

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// currencies are the codes of ISO 4217 that amounts can be in (metals and codes for
// testing left out), and those withdrawn since 2020, which order histories hold.
var currencies = strings.Fields(`
	AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP
	BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB
	EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD
	JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
	MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
	RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY
	TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW
	ZWG ZWL`)

// unusual are the numbers of decimals of the currencies that have not two.
var unusual = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
	"UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// Currencies returns the ISO 4217 codes that money can be in, in order.
func Currencies() []string { return slices.Clone(currencies) }

// Digits returns how many decimals a currency's minor unit is of its unit (ISO 4217,
// exponent): 2 for DKK, 0 for JPY, 3 for KWD.
func Digits(currency string) int {
	if digits, ok := unusual[currency]; ok {
		return digits
	}
	return 2
}

// String returns the amount in whole units with its currency, for logs and tables:
// "349.00 DKK".
func (m Money) String() string {
	digits := Digits(m.Currency)
	sign, minor := "", strconv.FormatInt(m.Amount, 10)
	if m.Amount < 0 {
		sign, minor = "-", minor[1:]
	}
	if digits == 0 {
		return sign + minor + " " + m.Currency
	}
	minor = fmt.Sprintf("%0*s", digits+1, minor)
	point := len(minor) - digits
	return sign + minor[:point] + "." + minor[point:] + " " + m.Currency
}
