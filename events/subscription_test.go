package events_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// The keys of the example in RFC 8291, section 5.
const (
	point  = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
	secret = "BTBZMqHH6r4Tts7J_aSIgg"
)

// subscription is what JSON.stringify makes of a PushSubscription.
func subscription(endpoint, p256dh, auth string) string {
	return fmt.Sprintf(`{"endpoint":%q,"expirationTime":null,"keys":{"p256dh":%q,"auth":%q}}`, endpoint, p256dh, auth)
}

func TestABrowsersSubscriptionHasOneForm(t *testing.T) {
	const endpoint = "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2bq&x=1"
	const want = `{"endpoint":"` + endpoint + `","keys":{"p256dh":"` + point + `","auth":"` + secret + `"}}`
	for _, spelt := range []string{
		want, " " + want + "\n", subscription(endpoint, point, secret), subscription(endpoint, point+"=", secret+"=="),
		`{ "keys": {"auth": "` + secret + `", "p256dh": "` + point + `"}, "options": {"userVisibleOnly": true}, "endpoint": "` + endpoint + `" }`,
	} {
		got, err := events.Normalise(events.IDPushToken, spelt, "DK")
		require.NoError(t, err, spelt)
		require.Equal(t, want, got)
	}
	s, err := events.ReadSubscription(want)
	require.NoError(t, err)
	require.Equal(t, "wns2-par02p.notify.windows.com", s.Endpoint.Hostname())
	require.Len(t, s.Auth, 16)
	const token = "cYh2-k9Sx0A:APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx"
	got, err := events.Normalise(events.IDPushToken, " "+token, "DK")
	require.NoError(t, err)
	require.Equal(t, token, got, "an app's")
}

// What a subscription says is input: it must lead to no machine of ours.
func TestASubscriptionThatLeadsElsewhereThanToThePublicWebIsMalformed(t *testing.T) {
	for _, endpoint := range []string{
		"", "/send/a", "http://fcm.googleapis.com/a", "ftp://fcm.googleapis.com/a", "https://", "https:fcm.googleapis.com/a", "file:///etc/passwd",
		"https://localhost/a", "https://metadata/a", "https://127.0.0.1/a", "https://127.1/a", "https://2130706433/a", "https://0x7f.1/a", "https://[::1]/a", "https://[::ffff:10.0.0.1]/a",
		"https://10.0.0.1/a", "https://169.254.169.254/latest", "https://u:p@fcm.googleapis.com/a", "https://u@fcm.googleapis.com/a",
		"https://fcm.googleapis.com:8443/a", "https://fcm.googleapis.com:22/", "https://fcm.googleapis.com/a#b", "https://fcm.googleapis.com\\@10.0.0.1/a", "https://fcm.googleapis.com%2f.evil.example/",
		"https://fcm_.example.com/a b\n", "https://.com/", "https://ｆcm.example.com/", "https://FCM.googleapis.com/",
	} {
		_, err := events.Normalise(events.IDPushToken, subscription(endpoint, point, secret), "DK")
		require.ErrorIs(t, err, events.ErrMalformed, endpoint)
		require.NotContains(t, err.Error(), "fcm")
	}
}

func TestASubscriptionWithoutKeysToEncryptToIsMalformed(t *testing.T) {
	const endpoint = "https://fcm.googleapis.com/fcm/send/a"
	for name, text := range map[string]string{
		"keys.p256dh is no point on P-256":           subscription(endpoint, strings.Replace(point, "Vxsr", "Vxss", 1), secret),
		"keys.p256dh is not base64url":               subscription(endpoint, "+"+point, secret),
		"keys.auth is not 16 bytes in base64url":     subscription(endpoint, point, secret+secret),
		"expected the JSON of a PushSubscription":    `{"endpoint": 1}`,
		"keys.p256dh is no point on P-256 ":          subscription(endpoint, "", secret),
		"keys.auth is not 16 bytes in base64url ":    subscription(endpoint, point, ""),
		"expected the JSON of a PushSubscription ":   `{"endpoint":"https://fcm.googleapis.com/"`,
		"keys.p256dh is no point on P-256, infinite": subscription(endpoint, "AA", secret),
	} {
		want, _, _ := strings.Cut(name, ",")
		_, err := events.Normalise(events.IDPushToken, text, "DK")
		require.EqualError(t, err, "identifier push_token: malformed identifier: "+strings.TrimSpace(want))
	}
}
