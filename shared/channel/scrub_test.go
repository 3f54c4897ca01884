package channel

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

func TestWhatNamesTheCustomerIsTakenOut(t *testing.T) {
	ann := &profile.Profile{Identifiers: []profile.Identifier{
		{Type: events.IDEmail, Value: "ann@shop.example"}, {Type: events.IDLogin, Value: "annie77"}, {Type: events.IDLoyaltyCard, Value: "LC-991"},
	}}
	for said, want := range map[string]string{
		"550 5.1.1 <ann@shop.example>: Recipient address rejected: User unknown": "550 5.1.1 <…>: Recipient address rejected: User unknown",
		"user ANNIE77, card lc-991 unknown":                                      "user …, card … unknown",
		"forwarded to old.address+tag@else.example (failed)":                     "forwarded to … (failed)",
		"call +4512345678 or 12345678":                                           "call … or …",
		"dial tcp 127.0.0.1:2525: connect: connection refused":                   "dial tcp 127.0.0.1:2525: connect: connection refused",
		"hash " + strings.Repeat("9f", 32) + " not matched":                      "hash … not matched",
		"two\r\nlines\x00\xff":                                                   "two lines\x00",
	} {
		require.Equal(t, want, scrub(said, ann), said)
	}
	long := scrub(strings.Repeat("æ ", 1000), ann)
	require.LessOrEqual(t, len(long), longestReason+len("…"))
	require.True(t, utf8.ValidString(long))
}

func FuzzScrub(f *testing.F) {
	f.Add("550 <ann@shop.example> unknown")
	f.Add("ANN@SHOP.EXAMPLEann@shop.example")
	ann := &profile.Profile{Identifiers: []profile.Identifier{{Type: events.IDEmail, Value: "ann@shop.example"}}}
	f.Fuzz(func(t *testing.T, said string) {
		got := scrub(said, ann)
		require.NotContains(t, strings.ToLower(got), "ann@shop.example")
		require.True(t, utf8.ValidString(got))
		require.LessOrEqual(t, len(got), longestReason+len("…"))
	})
}
