package imports_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/infra/local/imports"
)

func TestImportedEventsGoThroughCollectWhateverTheySayOfThemselves(t *testing.T) {
	r, err := imports.Open("", strings.NewReader(`{"specversion":"1.0","type":"x","source":"/s","id":"1","profileid":"p","flow":"f","partitionkey":"k"}`), imports.Options{})
	require.NoError(t, err)
	seen := 0
	for e, err := range r.Events() {
		require.NoError(t, err)
		require.Equal(t, map[string]any{"partitionkey": "k"}, e.Extensions())
		seen++
	}
	require.Equal(t, 1, seen)
}
