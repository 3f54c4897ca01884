package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAServerMayLiveInThePast(t *testing.T) {
	data := t.TempDir()
	p := up(t, data, "-start", "2020-02-29T23:00:00+01:00")
	addr := strings.TrimPrefix(p.url, "http://")
	code, _, errs := call(t, "send", "-addr", addr, "-sample", "product.viewed", "-set", `id=now`)
	require.Zero(t, code, errs)
	code, _, errs = call(t, "send", "-addr", addr, "-sample", "basket.updated", "-set", "data.lines=none")
	require.Zero(t, code, errs)
	var out string
	require.Eventually(t, func() bool {
		_, out, _ = call(t, "deadletters", "-data", data)
		return strings.Contains(out, "basket.updated")
	}, 5*time.Second, 50*time.Millisecond, "though it is to be kept for 90 days of that time only")
	require.Contains(t, out, "2020-02-29T22:00:")
	require.Contains(t, out, "/lines: string, expected array")
	require.Equal(t, map[string]int{"now": 1}, journal(t, data), "a sample happens when it arrives")
}

func TestNobodyLooksIntoAnotherProcesssMemory(t *testing.T) {
	for _, args := range [][]string{{"deadletters"}, {"explain", "-customer", "profile=01a20060-abd9-7327-91a5-81103b30d3f1"}, {"replay", "basketrecovery"}} {
		code, out, errs := call(t, append(args, "-store", "memory:", "-data", t.TempDir())...)
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Contains(t, errs, "-store memory: is in the memory of the process that serves it")
	}
}

func TestATerminalIsToldNothingByAnEventsType(t *testing.T) {
	data := t.TempDir()
	p := up(t, data)
	code, _, errs := call(t, "send", "-addr", p.addr(), "-sample", "basket.updated", "-set", "type=evil\x1b]0;owned\a", "-set", "data={}")
	require.Zero(t, code, errs)
	var out string
	require.Eventually(t, func() bool {
		_, out, _ = call(t, "deadletters", "-data", data)
		return strings.Contains(out, "evil")
	}, 5*time.Second, 50*time.Millisecond)
	require.Contains(t, out, "evil\uFFFD]0;owned\uFFFD")
	require.NotContains(t, out, "\x1b")
}
