package store_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/shared/store"
)

func TestNativeMapsAndListsAreWrittenAsJSON(t *testing.T) {
	texts := func(to []byte, s string) ([]byte, error) {
		if s == "none" {
			return nil, errors.New("no value")
		}
		return store.AppendText(to, s), nil
	}
	to, err := store.AppendObject([]byte("="), map[string]string{"b": "2", "a": "1", "ø\"": ""}, strings.ToUpper, texts)
	require.NoError(t, err)
	require.Equal(t, `={"A":"1","B":"2","Ø\"":""}`, string(to))
	_, err = store.AppendObject(nil, map[string]string{"a": "1", "b": "none"}, strings.ToUpper, texts)
	require.EqualError(t, err, "b: no value")
	to, err = store.AppendList(nil, []string{"1", "2"}, texts)
	require.NoError(t, err)
	require.Equal(t, `["1","2"]`, string(to))
	_, err = store.AppendList(nil, []string{"none"}, texts)
	require.EqualError(t, err, "no value")
	to, err = store.AppendList(nil, nil, texts)
	require.NoError(t, err)
	require.Equal(t, `[]`, string(to))
	to, err = store.AppendJSON(nil, `[1e400]`)
	require.NoError(t, err)
	require.Equal(t, `[1e400]`, string(to))
	_, err = store.AppendJSON(nil, `[1`)
	require.EqualError(t, err, "its text is not JSON")
}

func TestAnyTextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		var back string
		require.NoError(t, json.Unmarshal(store.AppendText(nil, s), &back))
		require.Equal(t, strings.ToValidUTF8(s, "\ufffd"), back)
	})
}
