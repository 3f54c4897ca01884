package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheTableOfFunctionsIsTheManifests(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	now, err := generate(string(text))
	require.NoError(t, err)
	require.Equal(t, now, string(text), "run: go run ./tests/readme")
}
