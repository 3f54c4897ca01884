package store

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnObjectIsReadAndWrittenAsItIs(t *testing.T) {
	object, err := ParseObject([]byte(` {"n":12345678901234567890.10,"s":"<å>","l":[[null,true]]} `))
	require.NoError(t, err)
	require.Equal(t, map[string]any{"n": json.Number("12345678901234567890.10"), "s": "<å>", "l": []any{[]any{nil, true}}}, object)
	text, err := FormatValue(object)
	require.NoError(t, err)
	require.Equal(t, `{"l":[[null,true]],"n":12345678901234567890.10,"s":"<å>"}`, string(text))
}

func TestWhatIsNotOneObjectIsNone(t *testing.T) {
	for data, want := range map[string]string{
		``: "another character", `null`: "another character", `[]`: "another character", `{"a":1`: "unexpected end",
		`{} {}`: "invalid character '{' after top-level value", `{"a":01}`: "invalid character '1'",
	} {
		_, err := ParseObject([]byte(data))
		require.ErrorContains(t, err, want, data)
	}
}
