package events_test

import (
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

func TestIdentifiersHaveOneForm(t *testing.T) {
	for _, test := range []struct{ name, idType, value, want string }{
		{"an e-mail address is trimmed and in lower case", "email", "  Mette.Hansen@Example.COM ", "mette.hansen@example.com"},
		{"its domain is in ASCII", "email", "info@Smørrebrød.dk", "info@xn--smrrebrd-64af.dk"},
		{"its tag is kept, as it may be another mailbox", "email", "mette+shop@example.com", "mette+shop@example.com"},
		{"a Danish phone number", "phone", "33 12 34 56", "+4533123456"},
		{"the same with 00", "phone", "0045 33123456", "+4533123456"},
		{"the same with a calling code but no +", "phone", "4533123456", "+4533123456"},
		{"a Swedish one as Swedes give it abroad", "phone", "+46 (0)70-123 45 67", "+46701234567"},
		{"a telephone link", "phone", "tel:+45-33-12-34-56", "+4533123456"},
		{"a handle loses its @", "instagram", "@Mette.Paa.Fjeldet", "mette.paa.fjeldet"},
		{"a loyalty card loses its spaces", "loyalty_card", " 9578 001 ", "9578001"},
		{"a cookie is only trimmed", "cookie", " GA1.2.Ab ", "GA1.2.Ab"},
		{"so is a type of the shop's own", "club_id", " X-1 ", "X-1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := events.Normalise(test.idType, test.value, "dk")
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func TestValuesThatNameNobodyAreBlocked(t *testing.T) {
	for _, value := range []string{
		"", "  ", "null", "NULL", "undefined", "Unknown", "none", "n/a", "0", "00000000-0000-0000-0000-000000000000", "000000", "-", "test", "[object Object]", "(not set)",
	} {
		for _, idType := range []string{"login", "email", "phone", "cookie", "instagram", "club_id"} {
			_, err := events.Normalise(idType, value, "DK")
			require.ErrorIs(t, err, events.ErrBlocked, "%s %q", idType, value)
		}
	}
	for idType, value := range map[string]string{"email": "Test@shop.example", "phone": "+45 00 00 00 00", "x": "@null"} {
		_, err := events.Normalise(idType, value, "DK")
		require.ErrorIs(t, err, events.ErrBlocked, "%s %q", idType, value)
	}
	_, err := events.Normalise("email", "noreply@shop.example", "DK")
	require.EqualError(t, err, "identifier email: blocked identifier")
}

func TestValuesThatAreNoneOfTheirTypeAreMalformed(t *testing.T) {
	for _, test := range []struct{ idType, value, country, want string }{
		{"email", "mette", "DK", "identifier email: malformed identifier: expected mailbox@domain"},
		{"email", "a@b.dk, c@d.dk", "DK", "identifier email: malformed identifier: expected mailbox@domain"},
		{"email", "mette@localhost", "DK", "identifier email: malformed identifier: what follows @ is no domain"},
		{"email", "mette@exa mple.com", "DK", "identifier email: malformed identifier: what follows @ is no domain"},
		{"phone", "33 12 34", "DK", "identifier phone: malformed identifier: no number with calling code 45 has 6 more digits"},
		{"phone", "33 12 34 56", "", "identifier phone: malformed identifier: no calling code, and no default country"},
		{"phone", "call me", "DK", "identifier phone: malformed identifier: expected digits, with + before a calling code"},
		{"phone", "+999 12345678", "DK", "identifier phone: malformed identifier: no country has that calling code"},
		{"push_token", "fcm-token", "DK", "identifier push_token: malformed identifier: expected a registration token of FCM, or the JSON of a PushSubscription"},
		{"push_token", "cYh2-k9Sx0A:APA91bHun4MxP5egoKMwt2KZFBaFUH 1RYqx", "DK", "identifier push_token: malformed identifier: expected a registration token of FCM, or the JSON of a PushSubscription"},
		{"push_token", `{"a":1}`, "DK", "identifier push_token: malformed identifier: endpoint is no https address of the public web"},
		{"tiktok", "mette hansen", "DK", "identifier tiktok: malformed identifier: expected a handle"},
	} {
		_, err := events.Normalise(test.idType, test.value, test.country)
		require.EqualError(t, err, test.want, test.value)
		require.ErrorIs(t, err, events.ErrMalformed)
	}
}

func TestOnlyWhatNamesOnePersonForGoodIsStrong(t *testing.T) {
	for _, idType := range []string{"login", "email", "loyalty_card", "phone", "crm_id"} {
		require.True(t, events.Strong(idType), idType)
	}
	for _, idType := range []string{"cookie", "device", "push_token", "instagram", "profile", "club_id", ""} {
		require.False(t, events.Strong(idType), idType)
	}
}

// Our small reader of phone numbers is held against the whole of libphonenumber: its
// example numbers of every country, in every way of writing them.
func TestPhoneNumbersAreReadAsLibphonenumberReadsThem(t *testing.T) {
	read := 0
	var differ []string
	for country := range phonenumbers.GetSupportedRegions() {
		for _, kind := range []phonenumbers.PhoneNumberType{phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.TOLL_FREE, phonenumbers.VOIP} {
			number := phonenumbers.GetExampleNumberForType(country, kind)
			if number == nil {
				continue
			}
			want := phonenumbers.Format(number, phonenumbers.E164)
			for _, format := range []phonenumbers.PhoneNumberFormat{phonenumbers.NATIONAL, phonenumbers.INTERNATIONAL, phonenumbers.E164, phonenumbers.RFC3966} {
				read++
				if got, err := events.Normalise(events.IDPhone, phonenumbers.Format(number, format), country); err != nil || got != want {
					differ = append(differ, country)
				}
			}
		}
	}
	require.Greater(t, read, 2000)
	// Argentina's mobile numbers change when dialled from abroad; Belarus writes its
	// trunk prefix 8 with a further 0.
	require.Subset(t, []string{"AR", "BY"}, differ)
	require.Less(t, len(differ), 6)
}
