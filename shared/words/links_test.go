package words

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	oldKey = bytes.Repeat([]byte("old-"), 8)
	newKey = bytes.Repeat([]byte("new-"), 8)
	signed = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	claims = Claims{Profile: "0193-p", Action: "a1", Flow: "basketrecovery", Channel: "email", URL: "https://traadogtrae.example/p?a=1&b=ø"}
)

func newLinks(t testing.TB, keys ...[]byte) Links {
	links, err := NewLinks("https://mail.traadogtrae.example/", keys)
	require.NoError(t, err)
	return links
}

func TestALinkOpensUntilItExpires(t *testing.T) {
	links := newLinks(t, newKey)
	link, err := url.Parse(links.Sign("/click", "click", claims, signed.Add(time.Hour)))
	require.NoError(t, err)
	require.Equal(t, "https://mail.traadogtrae.example/click", link.Scheme+"://"+link.Host+link.Path)
	token := link.Query().Get("t")

	for name, c := range map[string]struct {
		now  time.Time
		want error
	}{
		"at once":                    {signed, nil},
		"in its last second":         {signed.Add(time.Hour), nil},
		"a second after its time":    {signed.Add(time.Hour + time.Second), ErrExpired},
		"ten years after":            {signed.AddDate(10, 0, 0), ErrExpired},
		"from another time zone too": {signed.Add(time.Hour).In(time.FixedZone("", 3600)), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := links.Open("click", token, c.now)
			require.ErrorIs(t, err, c.want)
			require.Equal(t, claims, got, "an expired link still tells where it led")
		})
	}
}

func TestALinkDoesNotOpenForAnotherPurposeOrShop(t *testing.T) {
	links := newLinks(t, newKey)
	token := links.Token("click", claims, signed.Add(time.Hour))
	for _, purpose := range []string{"unsubscribe", "", "clic", "click "} {
		got, err := links.Open(purpose, token, signed)
		require.ErrorIs(t, err, ErrForged)
		require.Zero(t, got)
	}
	_, err := newLinks(t, oldKey).Open("click", token, signed)
	require.ErrorIs(t, err, ErrForged)
}

func TestKeysRotate(t *testing.T) {
	before, after := newLinks(t, oldKey), newLinks(t, newKey, oldKey)
	token := before.Token("click", claims, signed)
	got, err := after.Open("click", token, signed)
	require.NoError(t, err, "a link signed before the rotation")
	require.Equal(t, claims, got)

	_, err = before.Open("click", after.Token("click", claims, signed), signed)
	require.ErrorIs(t, err, ErrForged, "the first key signs")
}

func TestNoChangedTokenOpens(t *testing.T) {
	links := newLinks(t, newKey)
	token := links.Token("click", claims, signed)
	for i := range token {
		for _, c := range []byte("A_9") {
			if token[i] == c {
				continue
			}
			changed := token[:i] + string(c) + token[i+1:]
			_, err := links.Open("click", changed, signed)
			require.ErrorIs(t, err, ErrForged, "character %d", i)
		}
	}
	for _, changed := range []string{"", token + "A", token[1:], token + "=", token + "\n", strings.Repeat("A", 1<<20)} {
		_, err := links.Open("click", changed, signed)
		require.ErrorIs(t, err, ErrForged)
	}
}

func TestAnyClaimsComeBack(t *testing.T) {
	links := newLinks(t, newKey)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringN(0, 40, 200)
		want := Claims{s.Draw(t, "profile"), s.Draw(t, "action"), s.Draw(t, "flow"), s.Draw(t, "channel"), s.Draw(t, "url")}
		got, err := links.Open("p", links.Token("p", want, signed), signed)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestNewLinksSaysWhatItWants(t *testing.T) {
	for name, c := range map[string]struct {
		base string
		keys [][]byte
		want string
	}{
		"no scheme":    {"mail.example", [][]byte{newKey}, `base URL is "mail.example", want a full http or https URL`},
		"a query":      {"https://mail.example/?x=1", [][]byte{newKey}, "expected one without query"},
		"no key":       {"https://mail.example", nil, "no signing key"},
		"a short key":  {"https://mail.example", [][]byte{newKey, []byte("secret")}, "key 1 has 6 bytes, want at least 32"},
		"a script URL": {"javascript:alert(1)", [][]byte{newKey}, "want a full http or https URL"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewLinks(c.base, c.keys)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// FuzzOpen looks for a token that opens without having been signed, and for a panic behind the
// signature: each input is also opened with a genuine seal around it.
func FuzzOpen(f *testing.F) {
	links := newLinks(f, newKey)
	genuine := links.Token("click", claims, signed)
	f.Add(genuine)
	f.Add("")
	f.Add(base64.RawURLEncoding.EncodeToString([]byte{tokenVersion, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 9}))
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := links.Open("click", token, signed); token != genuine {
			require.ErrorIs(t, err, ErrForged)
		}
		body := []byte(token)
		sealed := base64.RawURLEncoding.EncodeToString(append(body, seal(newKey, "click", body)...))
		got, err := links.Open("click", sealed, signed)
		if err == nil {
			again, err := links.Open("click", links.Token("click", got, signed), signed)
			require.NoError(t, err)
			require.Equal(t, got, again)
		}
	})
}
