package main

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"redthread.dev/tests/emulators/stores"
)

// TestOnEveryStoreAComplaintBecomesATicket sends a sample to the program, and asks
// another process why there is a ticket.
func TestOnEveryStoreAComplaintBecomesATicket(t *testing.T) {
	stores.Kept(t, func(t *testing.T, url string) {
		data := t.TempDir()
		p := up(t, data, "-store", url)
		status, out, errs := call(t, "send", "-data", data, "-addr", p.addr(), "-sample", "social.mentioned")
		require.Zero(t, status, errs+out)

		ask := []string{"explain", "-data", data, "-store", url, "-customer", "instagram=mette.paa.fjeldet"}
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			status, out, errs := call(t, append(ask, "-json")...)
			require.Zero(c, status, errs)
			require.Equal(c, []string{"social.mentioned.v1: socialcare act complaint ticket sent"}, object[explained](t, out).decided())
		}, 30*time.Second, 200*time.Millisecond)
		_, out, _ = call(t, ask...)
		require.Contains(t, out, "→ ticket by ticket: sent")

		require.NoError(t, p.Process.Signal(os.Interrupt))
		require.NoError(t, p.Wait(), "it ends well when it is told to")
	})
}

func TestAStoreThatCannotBeOpenedIsSaidWithWhatThereIs(t *testing.T) {
	status, _, errs := call(t, "serve", "-addr", "127.0.0.1:0", "-data", t.TempDir(), "-store", "mongodb://shop:hush@db/0")
	require.Equal(t, 1, status)
	require.Contains(t, errs, `open store "mongodb://shop:xxxxx@db/0": no driver "mongodb"; linked here: `)
	for _, form := range []string{"dynamodb://REGION/PREFIX", "firestore://PROJECT", "memory:", "postgres://USER@HOST/DATABASE", "sqlite:FILE"} {
		require.Contains(t, errs, form)
	}
	require.NotContains(t, errs, "hush")
}
