package audience

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNamesAreHashedAsTheNetworksPublishIt(t *testing.T) {
	for _, c := range []struct{ from, got, want string }{
		{"Data Manager API, Send audience members", boxed(" dana@example.com"), "07e2f1394b0ea80e2adca010ea8318df697001a005ba7452720edda4b0ce57b3"},
		{"likewise", boxed("DanaM@example.com"), "1df6b43bc68dd38eca94e6a65b4f466ae537b796c81a526918b40ac4a7b906c7"},
		{"Custom Audiences, Hashing", plain(" Mary@example.com\n"), "f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79"},
		{"likewise", digits("+15559876543"), "1ef970831d7963307784fa8688e8fce101a15685d62aa765fed23f3a2c576a4e"},
		{"Custom Audience Users, first row", plain("test1@example.com"), "9b431636bd164765d63c573c346708846af4f68fe3701a77a3bdd7e7e5166254"},
	} {
		require.Equal(t, c.want, hash(c.got), c.from)
	}
}

func TestGoogleKnowsAMailboxOfItsOwnHoweverItIsWritten(t *testing.T) {
	for address, want := range map[string]string{
		"cloudy.sanfrancisco+shopping@gmail.com": "cloudysanfrancisco@gmail.com",
		"Cloudy.SanFrancisco@GoogleMail.com":     "cloudysanfrancisco@googlemail.com",
		"user.name+NYC@Example.com":              "user.name+nyc@example.com",
		" a b@example.com ":                      "ab@example.com",
		"gmail.com":                              "gmail.com",
		"":                                       "",
	} {
		require.Equal(t, want, boxed(address))
	}
}

func TestAPhoneNumberIsDigitsAndForGoogleAPlus(t *testing.T) {
	for phone, want := range map[string]string{"+4512345678": "4512345678", "+1 (800) 555-0100": "18005550100", "004512345678": "4512345678"} {
		require.Equal(t, want, digits(phone))
		require.Equal(t, "+"+want, e164(phone))
	}
}
