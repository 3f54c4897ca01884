package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions/intake/consent"
)

func TestAnExportReachesTheCustomerAndTheShop(t *testing.T) {
	data := t.TempDir()
	p := up(t, data)
	for _, sample := range []string{"customer.signedup", "export.requested"} {
		code, _, errs := call(t, "send", "-data", data, "-sample", sample, "-set", `data.customer={"email":"mette@example.dk"}`)
		require.Zero(t, code, errs)
	}
	var mail string
	require.Eventually(t, func() bool {
		files, err := filepath.Glob(filepath.Join(data, "outbox", "*.eml"))
		require.NoError(t, err)
		if len(files) == 1 {
			text, err := os.ReadFile(files[0])
			require.NoError(t, err)
			mail = strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(string(text))
		}
		return mail != ""
	}, 10*time.Second, 20*time.Millisecond)

	type told struct {
		Profile string
		Exports []consent.Handed
	}
	_, out, errs := call(t, "explain", "-customer", "email=mette@example.dk", "-data", data, "-json")
	all := object[told](t, out)
	require.Len(t, all.Exports, 1, errs)
	link := all.Exports[0].Location
	require.True(t, strings.HasPrefix(link, p.url+"/export?t="), link)
	require.Contains(t, mail, link)
	require.Equal(t, 7*24*time.Hour, all.Exports[0].Until.Sub(all.Exports[0].At))
	status, text := get(t, link)
	require.Equal(t, 200, status)
	require.Contains(t, text, "mette@example.dk")

	_, out, _ = call(t, "explain", "-customer", "profile="+all.Profile, "-data", data)
	require.Contains(t, out, "the link goes to them by email, action "+all.Exports[0].Action)
	require.Contains(t, out, "    "+link+"\n")
	require.NotContains(t, out, "mette@example.dk")
	_, out, _ = call(t, "explain", "-customer", "profile="+all.Profile, "-data", data, "-flow", "socialcare")
	require.NotContains(t, out, link, "only that flow was asked about")
	status, text = get(t, p.url+"/api/customers/"+all.Profile)
	require.Equal(t, 200, status)
	require.Contains(t, text, link)
}
