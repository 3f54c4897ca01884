package events_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/currency"

	"redthread.dev/events"
)

func TestMoneyIsWrittenWithItsCurrencysDecimals(t *testing.T) {
	for want, money := range map[string]events.Money{
		"349.00 DKK":   {Amount: 34900, Currency: "DKK"},
		"0.05 SEK":     {Amount: 5, Currency: "SEK"},
		"-12.50 EUR":   {Amount: -1250, Currency: "EUR"},
		"-0.07 EUR":    {Amount: -7, Currency: "EUR"},
		"1200 JPY":     {Amount: 1200, Currency: "JPY"},
		"1.234 KWD":    {Amount: 1234, Currency: "KWD"},
		"0.00 NOK":     {Currency: "NOK"},
		"-1000000 ISK": {Amount: -1000000, Currency: "ISK"},
	} {
		require.Equal(t, want, money.String())
	}
}

// The list is held against CLDR as x/text has it, which is of 2017 or so: what changed
// since is named here.
func TestCurrenciesAreThoseOfISO4217(t *testing.T) {
	since := []string{"MRU", "SLE", "UYW", "VED", "VES", "XCG", "ZWG"}
	gone := []string{}
	all := events.Currencies()
	require.True(t, slices.IsSorted(all))
	for _, code := range all {
		unit, err := currency.ParseISO(code)
		require.Equal(t, slices.Contains(since, code), err != nil, code)
		if err != nil {
			continue
		}
		// CLDR shows no decimals where nobody uses them; ISO counts them all the same.
		if digits, _ := currency.Standard.Rounding(unit); digits > 0 || events.Digits(code) == 0 {
			require.Equal(t, digits, events.Digits(code), code)
		}
	}
	for tender := currency.Query(); tender.Next(); {
		if code := tender.Unit().String(); !slices.Contains(all, code) && !slices.Contains(gone, code) {
			gone = append(gone, code)
		}
	}
	require.Equal(t, []string{"MRO", "VEF"}, gone)
}
