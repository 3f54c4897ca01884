package words

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
)

func TestMoneyIsWrittenAsReadersWriteIt(t *testing.T) {
	for _, c := range []struct {
		amount                   int64
		currency, locale, expect string
	}{
		{129900, "DKK", "da", "1.299,00 kr."},
		{129900, "SEK", "sv", "1 299,00 kr"},
		{129900, "DKK", "en", "DKK 1,299.00"},
		{129900, "SEK", "da", "1.299,00 SEK"}, // a neighbour's crown is not ours
		{129900, "DKK", "sv", "1 299,00 DKK"},
		{129900, "EUR", "da-DK", "1.299,00 €"},
		{129900, "EUR", "en", "€1,299.00"},
		{129900, "DKK", "nb", "1.299,00 kr."},
		{5, "DKK", "da", "0,05 kr."},
		{0, "DKK", "da", "0,00 kr."},
		{-5, "DKK", "da", "-0,05 kr."},
		{-129900, "DKK", "en", "-DKK 1,299.00"},
		{1299, "ISK", "da", "1.299 ISK"},
		{1299, "JPY", "en", "JPY 1,299"},
		{1299500, "KWD", "en", "KWD 1,299.500"},
		{100000000, "RSD", "da", "1.000.000,00 RSD"},
		{99999, "XYZ", "da", "999,99 XYZ"},
		{math.MinInt64, "DKK", "da", "-92.233.720.368.547.758,08 kr."},
	} {
		got := Money(events.Money{Amount: c.amount, Currency: c.currency}, c.locale)
		require.Equal(t, c.expect, strings.ReplaceAll(got, nbsp, " "))
		require.NotContains(t, got, " ", "an amount does not break")
	}
}

func TestNoDigitOfAnAmountIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64().Draw(t, "amount")
		currency := rapid.SampledFrom([]string{"DKK", "JPY", "KWD", "CLF"}).Draw(t, "currency")
		locale := rapid.SampledFrom(Locales).Draw(t, "locale")
		digits := strings.Map(func(r rune) rune {
			if r == '-' || r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, Money(events.Money{Amount: amount, Currency: currency}, locale))
		got, err := strconv.ParseInt(digits, 10, 64)
		require.NoError(t, err)
		require.Equal(t, amount, got)
	})
}

func TestDatesAreInTheZoneOfTheTime(t *testing.T) {
	copenhagen, err := time.LoadLocation("Europe/Copenhagen")
	require.NoError(t, err)
	late := time.Date(2026, 2, 28, 23, 30, 0, 0, time.UTC)
	for _, c := range []struct{ locale, date, day, clock string }{
		{"da", "1. marts 2026", "søndag den 1. marts", "00.30"},
		{"sv", "1 mars 2026", "söndag 1 mars", "00.30"},
		{"en", "1 March 2026", "Sunday 1 March", "00:30"},
	} {
		at := late.In(copenhagen)
		require.Equal(t, []string{c.date, c.day, c.clock}, []string{Date(at, c.locale), Day(at, c.locale), Clock(at, c.locale)})
	}
	require.Equal(t, "28. februar 2026", Date(late, "da"))
}

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{0: "varer", 1: "vare", -1: "vare", 2: "varer", 21: "varer"} {
		require.Equal(t, want, Plural(n, "vare", "varer"), n)
	}
}
