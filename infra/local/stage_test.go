package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/infra/local/lock"
)

// played plays a small demo and returns its report but for the times it took.
func played(t *testing.T, data string, more ...string) map[string]any {
	var out, errs bytes.Buffer
	args := append([]string{"demo", "-json", "-addr", "127.0.0.1:0", "-data", data, "-speed", "0", "-customers", "60", "-days", "2"}, more...)
	require.Zero(t, run(t.Context(), args, strings.NewReader(""), &out, &errs), errs.String())
	var report map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &report))
	require.NotEmpty(t, report["decisions"])
	delete(report, "latency")
	return report
}

func TestADemoWithTheSameSeedGivesTheSameTable(t *testing.T) {
	data := t.TempDir()
	first := played(t, data)
	require.Equal(t, first, played(t, data), "in the same folder, which is made anew")
	require.Equal(t, first, played(t, t.TempDir()))
	require.NotEqual(t, first, played(t, data, "-seed", "2"))
}

func TestADemoClearsAwayNothingButADemo(t *testing.T) {
	data := t.TempDir()
	theirs := filepath.Join(data, "demo", "thesis.txt")
	require.NoError(t, os.MkdirAll(filepath.Dir(theirs), 0o700))
	require.NoError(t, os.WriteFile(theirs, []byte("ten years"), 0o600))
	demo := func() string {
		var out, errs bytes.Buffer
		require.Equal(t, 1, run(t.Context(), []string{"demo", "-addr", "127.0.0.1:0", "-data", data}, strings.NewReader(""), &out, &errs))
		return errs.String()
	}
	require.Contains(t, demo(), filepath.Dir(theirs)+" holds thesis.txt, which is none of a demo's files")
	require.FileExists(t, theirs)

	require.NoError(t, os.Remove(theirs))
	held, err := lock.Take(filepath.Dir(theirs))
	require.NoError(t, err)
	defer held.Close()
	require.Contains(t, demo(), "another redthread is at work there", "a demo that runs is let be")
}
