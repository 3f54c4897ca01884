package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/intake/deadletter"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

// bury puts letters into the store of a data folder, as their functions gave them up.
func bury(t *testing.T, data string, functions ...string) {
	t.Helper()
	s, err := store.Open(context.Background(), "sqlite:"+filepath.Join(data, "redthread.db"))
	require.NoError(t, err)
	defer s.Close()
	f, err := deadletter.Spec.New(function.Env{Store: s, Now: time.Now})
	require.NoError(t, err)
	for _, name := range functions {
		e, err := events.New("/redthread/basketrecovery", "asked-"+name, time.Now(), events.ActionRequested{ActionID: "none-such", Kind: events.ActionMessage})
		require.NoError(t, err)
		e.DataEncoded = []byte(`"no object"`)
		for ext, value := range map[string]string{events.ExtProfileID: "p-1", events.ExtChannel: "email", events.ExtErrorDest: "http://" + name, events.ExtErrorCode: "422"} {
			events.SetExtension(&e, ext, value)
		}
		_, err = f.Handle(context.Background(), e)
		require.NoError(t, err)
	}
}

type forgotten struct {
	Forgotten int      `json:"forgotten"`
	Letters   []string `json:"dead_letters"`
}

func letterIDs(t *testing.T, data string) (ids []string) {
	t.Helper()
	_, out, errs := call(t, "deadletters", "-data", data, "-json")
	require.Empty(t, errs)
	for _, l := range object[struct {
		Letters []struct{ ID string } `json:"dead_letters"`
	}](t, out).Letters {
		ids = append(ids, l.ID)
	}
	return ids
}

func TestDeadLettersAreForgottenByIdByFunctionAndAll(t *testing.T) {
	data := t.TempDir()
	bury(t, data, "email", "ticket", "audience", "push")
	all := letterIDs(t, data)
	require.Len(t, all, 4)

	status, _, errs := call(t, "deadletters", "forget", all[0], "nosuch", "-data", data)
	require.Equal(t, 1, status)
	require.Contains(t, errs, `dead letter "nosuch": there is none`)
	require.Len(t, letterIDs(t, data), 4, "nothing is forgotten when one of them is not there")

	status, out, errs := call(t, "deadletters", "forget", all[0], "-data", data, "-json")
	require.Zero(t, status, errs)
	require.Equal(t, forgotten{1, all[:1]}, object[forgotten](t, out))
	require.Equal(t, all[1:], letterIDs(t, data))

	_, out, _ = call(t, "deadletters", "forget", "-all", "-function", "nobody", "-data", data)
	require.Equal(t, "0 forgotten\n", out)
	_, out, _ = call(t, "deadletters", "forget", "-all", "-data", data)
	require.Equal(t, "3 forgotten\n", out)
	_, out, _ = call(t, "deadletters", "-data", data)
	require.Equal(t, "no dead letters\n", out)
}

func TestADeadLetterIsSentAgainToWhomItWasFor(t *testing.T) {
	data := t.TempDir()
	p := up(t, data)
	bury(t, data, "email")
	before := letterIDs(t, data)
	status, _, errs := call(t, "deadletters", "resend", "-all", "-data", data)
	require.Zero(t, status, errs)
	require.Eventually(t, func() bool {
		now := letterIDs(t, data)
		return len(now) == 1 && now[0] == before[0]
	}, 10*time.Second, 20*time.Millisecond, "email gives it up once more; collect would have without its profileid")
	require.NoError(t, p.Process.Kill())

	keys, err := os.ReadFile(filepath.Join(data, "keys"))
	require.NoError(t, err)
	kept, _, _ := strings.Cut(string(keys), "INSIDE_KEY")
	require.NoError(t, os.WriteFile(filepath.Join(data, "keys"), []byte(kept), 0o600))
	status, _, errs = call(t, "deadletters", "resend", "-all", "-data", data)
	require.Equal(t, 1, status)
	require.Contains(t, errs, "there is no INSIDE_KEY in "+filepath.Join(data, "keys"))
	require.Equal(t, before, letterIDs(t, data))
}
