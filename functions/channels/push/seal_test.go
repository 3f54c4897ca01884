package push

import (
	"crypto/ecdh"
	"encoding/base64"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
)

func decoded(t require.TestingT, text string) []byte {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	require.NoError(t, err)
	return raw
}

// The example of RFC 8291, section 5 and appendix A.
const (
	exampleText   = "When I grow up, I want to be a watermelon"
	examplePublic = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
	exampleBody   = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6" +
		"cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	exampleAuth = "BTBZMqHH6r4Tts7J_aSIgg"
)

func TestTheExampleOfRFC8291IsSealedToTheByte(t *testing.T) {
	theirs, err := ecdh.P256().NewPublicKey(decoded(t, examplePublic))
	require.NoError(t, err)
	ours, err := ecdh.P256().NewPrivateKey(decoded(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	require.NoError(t, err)
	to := events.Subscription{Endpoint: &url.URL{}, Key: theirs, Auth: decoded(t, exampleAuth)}
	body, err := sealWith(ours, decoded(t, "DGv6ra1nlYgDCS1FRnbzlw"), to, []byte(exampleText))
	require.NoError(t, err)
	require.Equal(t, exampleBody, base64.RawURLEncoding.EncodeToString(body))
}

// What the tests' browsers decrypt with is held against the RFCs too.
func TestTheTestsBrowsersOpenTheExamplesOfTheRFCs(t *testing.T) {
	private, err := ecdh.P256().NewPrivateKey(decoded(t, "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
	require.NoError(t, err)
	text, err := (&subscriber{private: private, auth: decoded(t, exampleAuth)}).open(decoded(t, exampleBody))
	require.NoError(t, err)
	require.Equal(t, exampleText, string(text))

	text, err = opened(decoded(t, "yqdlZ-tYemfogSmv7Ws5PQ"), decoded(t, "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg"))
	require.NoError(t, err)
	require.Equal(t, "I am the walrus", string(text), "RFC 8188, section 3.1")
}

func TestWhateverIsSealedIsOpenedByItsBrowserAlone(t *testing.T) {
	s := openSky(t)
	b, other := s.subscribe("https://fcm.googleapis.com/fcm/send/a", ""), s.subscribe("https://fcm.googleapis.com/fcm/send/b", "")
	to, err := events.ReadSubscription(b.token())
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zæøå🧶 ]{0,900}[a-z]`).Draw(t, "text")
		body, err := seal(to, []byte(text))
		require.NoError(t, err)
		require.Len(t, body, len(text)+4096-longest)
		got, err := b.open(body)
		require.NoError(t, err)
		require.Equal(t, text, string(got))
		_, err = other.open(body)
		require.Error(t, err)
		again, err := seal(to, []byte(text))
		require.NoError(t, err)
		require.NotEqual(t, body[:86], again[:86], "salt and key are used once")
	})
}
