package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTwoWhoWereTakenForOneArePartedWhileTheServerRuns: somebody orders with their login and
// another's e-mail address.
func TestTwoWhoWereTakenForOneArePartedWhileTheServerRuns(t *testing.T) {
	data := t.TempDir()
	p := up(t, data)
	at := time.Now().UTC().Add(-time.Minute)
	seen := func(id, who string) string {
		at = at.Add(time.Second)
		return `{"specversion":"1.0","id":"` + id + `","source":"/shop","type":"dev.redthread.product.viewed.v1","time":"` +
			at.Format(time.RFC3339) + `","data":{"customer":{` + who + `},"sku":"YARN"}}` + "\n"
	}
	file := filepath.Join(t.TempDir(), "events.json")
	require.NoError(t, os.WriteFile(file, []byte(seen("1", `"login":"mette"`)+seen("2", `"login":"jens","email":"jens@example.dk"`)+
		seen("3", `"login":"mette","email":"jens@example.dk"`)), 0o600))
	status, out, errs := call(t, "send", "-data", data, "-addr", p.addr(), file)
	require.Zero(t, status, errs+out)

	about := func(login string) explained {
		status, out, errs := call(t, "explain", "-data", data, "-customer", "login="+login, "-json")
		require.Zero(t, status, errs)
		return object[explained](t, out)
	}
	var both explained
	require.Eventually(t, func() bool { both = about("mette"); return len(both.Moments) == 3 }, 20*time.Second, 200*time.Millisecond)
	wrong := both.Moments[2]
	require.Equal(t, []string{"/shop", "3"}, []string{wrong.Source, wrong.Event})
	require.Len(t, wrong.Merged, 1)

	for range 2 {
		status, out, errs = call(t, "unlink", "-data", data, "-json", wrong.Source, wrong.Event)
		require.Zero(t, status, errs)
		mette, jens := about("mette"), about("jens")
		require.ElementsMatch(t, []string{mette.Profile, jens.Profile}, object[struct{ Profiles []string }](t, out).Profiles)
		require.Len(t, mette.Moments, 2)
		require.True(t, mette.Moments[1].Unlinked)
		require.Len(t, jens.Moments, 1)
	}
	status, out, errs = call(t, "explain", "-data", data, "-customer", "login=mette")
	require.Zero(t, status, errs)
	require.Contains(t, out, "product.viewed (3 from /shop), made the customer one with "+wrong.Merged[0]+", which was undone")
}

func TestUnlinkSaysWhatItExpects(t *testing.T) {
	data := t.TempDir()
	status, _, errs := call(t, "unlink", "-data", data, "/shop")
	require.Equal(t, 2, status)
	require.Contains(t, errs, `expected the source and the id of an event, got ["/shop"]`)

	p := up(t, data)
	status, _, errs = call(t, "unlink", "-data", data, "/shop", "gone")
	require.Equal(t, 1, status)
	require.Contains(t, errs, "there is none")

	status, out, errs := call(t, "send", "-data", data, "-addr", p.addr(), left(t))
	require.Zero(t, status, errs+out)
	t.Setenv("IDENTITY_KEY", "the key of another shop's store")
	require.Eventually(t, func() bool {
		status, _, errs = call(t, "unlink", "-data", data, "/shop", "c-1")
		return !strings.Contains(errs, "there is none")
	}, 10*time.Second, 100*time.Millisecond)
	require.Contains(t, errs, "none of its identifiers is known: expected the IDENTITY_KEY that collect had")
}
