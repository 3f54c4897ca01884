package words

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestKeysInASettingSignAndOpenLinks(t *testing.T) {
	old, fresh := strings.Repeat("o", 32), strings.Repeat("n", 64)
	before, err := ParseKeys(old)
	require.NoError(t, err)
	after, err := ParseKeys(" " + fresh + " , " + old)
	require.NoError(t, err)
	require.Equal(t, [][]byte{[]byte(fresh), []byte(old)}, after)

	signed, err := NewLinks("https://shop.example", before)
	require.NoError(t, err)
	rotated, err := NewLinks("https://shop.example", after)
	require.NoError(t, err)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	claims, err := rotated.Open("unsubscribe", signed.Token("unsubscribe", Claims{Profile: "p"}, at.Add(time.Hour)), at)
	require.NoError(t, err, "a link in an old mail still opens once the key is rotated")
	require.Equal(t, "p", claims.Profile)
}

func TestShortKeysAreRefusedWithoutBeingShown(t *testing.T) {
	for setting, says := range map[string]string{
		"":                                "key 1 of 1 has 0 characters, expected at least 32; make one with: openssl rand -hex 32",
		"hush":                            "key 1 of 1 has 4 characters, expected at least 32; make one with: openssl rand -hex 32",
		strings.Repeat("k", 32) + ",hush": "key 2 of 2 has 4 characters, expected at least 32; make one with: openssl rand -hex 32",
	} {
		_, err := ParseKeys(setting)
		require.EqualError(t, err, says)
	}
}
