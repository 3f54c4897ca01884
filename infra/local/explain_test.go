package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/infra/local/why"
)

type explained struct {
	Customer string
	why.Answer
}

// decided lists what was decided, as flow verdict reason and, if so, what it came to.
func (e explained) decided() (all []string) {
	for _, m := range e.Moments {
		for _, d := range m.Decisions {
			text := m.Type + ": " + d.Flow + " " + d.Verdict + " " + d.Reason
			if d.Action != nil {
				text += " " + d.Action.Channel + " " + d.Action.Status
			}
			if d.Redone {
				text += "*"
			}
			all = append(all, text)
		}
	}
	return all
}

// left writes what mette does, until she leaves a basket behind, into a file for send.
func left(t *testing.T) string {
	t.Helper()
	at := time.Now().UTC().Add(-3 * time.Second)
	event := func(id, typ, data string) string {
		at = at.Add(time.Second)
		return `{"specversion":"1.0","id":"` + id + `","source":"/shop","type":"dev.redthread.` + typ + `.v1","time":"` + at.Format(time.RFC3339) +
			`","data":` + data + "}\n"
	}
	const who = `"customer":{"login":"mette","email":"mette@example.dk"}`
	story := filepath.Join(t.TempDir(), "story.json")
	require.NoError(t, os.WriteFile(story, []byte(
		event("c-1", "consent.changed", `{`+who+`,"channel":"email","purpose":"marketing","granted":true,"text":"Ja tak"}`)+
			event("v-1", "product.viewed", `{`+who+`,"sku":"YARN","name":"Garn","price":{"amount":5900,"currency":"DKK"}}`)+
			event("b-1", "basket.updated", `{`+who+`,"basket_id":"b","lines":[{"sku":"YARN","name":"Garn","quantity":1,"price":{"amount":5900,"currency":"DKK"}}],"total":{"amount":5900,"currency":"DKK"}}`)), 0o600))
	return story
}

// TestExplainWhileTheServerRuns: a customer leaves a basket behind, and is asked about
// from another process while the server is up.
func TestExplainWhileTheServerRuns(t *testing.T) {
	data := t.TempDir()
	rules := []string{"-set", "basketrecovery.WAIT=1m", "-set", "QUIET=off", "-set", "HOLDOUT=0", "-set", "CONTROL=0"}
	p := up(t, data, append([]string{"-speed", "60x"}, rules...)...)
	status, out, errs := call(t, "send", "-data", data, "-addr", p.addr(), left(t))
	require.Zero(t, status, errs+out)

	args := append([]string{"explain", "-data", data, "-customer", "email= Mette@Example.DK"}, rules...)
	var e explained
	require.Eventually(t, func() bool {
		status, out, errs = call(t, append(args, "-json")...)
		if status != 0 {
			return false
		}
		e = object[explained](t, out)
		return len(e.decided()) == 7 && e.decided()[6] == "remind: basketrecovery act reminder-1 email sent"
	}, 30*time.Second, 200*time.Millisecond, "the timer comes within a second: %s %s", out, errs)
	require.Equal(t, []string{"product.viewed.v1: browsenudge nothing not looked at often enough*",
		"product.viewed.v1: salesbrief nothing neither a company nor after what costs much*", "product.viewed.v1: storeretarget nothing not in the audience*",
		"product.viewed.v1: visitprep nothing not looked at often enough*", "basket.updated.v1: basketrecovery wait remind", "basket.updated.v1: scanandgo nothing of no use*",
		"remind: basketrecovery act reminder-1 email sent"}, e.decided())
	require.Equal(t, "email= Mette@Example.DK", e.Customer)
	require.Equal(t, []string{"email"}, e.Allows)
	require.Equal(t, why.Budget{Week: 1, Day: 1, WeekLimit: 3, DayLimit: 1}, e.Budget)
	require.Len(t, e.Waiting, 1, "the second reminder")
	require.Empty(t, e.Loose)
	require.Equal(t, 5, e.Redone)

	explainsInWords(t, args)
	explainsInPart(t, data, args, e.Profile)
	explainsNoStrangers(t, data)
}

func explainsInWords(t *testing.T, args []string) {
	t.Helper()
	status, out, errs := call(t, args...)
	require.Zero(t, status, errs)
	for _, want := range []string{"basket.updated (b-1 from /shop)", "  * storeretarget    nothing: not in the audience", "    no flow listens to it",
		"timer remind", "→ message by email: sent", "basketrecovery waits: remind at ", "1 of 3 in the 7 days to", "* nothing was kept of it"} {
		require.Contains(t, out, want)
	}
	for _, secret := range []string{"mette", "Mette", "example.dk"} {
		require.NotContains(t, out, secret, "identifiers are shown only as they were given")
	}
}

func explainsInPart(t *testing.T, data string, args []string, profile string) {
	t.Helper()
	_, out, _ := call(t, append(args, "-event", "v-1", "-json")...)
	require.Equal(t, []string{"product.viewed.v1: browsenudge nothing not looked at often enough*",
		"product.viewed.v1: salesbrief nothing neither a company nor after what costs much*", "product.viewed.v1: storeretarget nothing not in the audience*",
		"product.viewed.v1: visitprep nothing not looked at often enough*"}, object[explained](t, out).decided())
	_, out, _ = call(t, append(args, "-flow", "basketrecovery", "-json")...)
	require.Len(t, object[explained](t, out).Moments, 2)
	_, out, _ = call(t, "explain", "-data", data, "-customer", "profile="+profile, "-json")
	require.Equal(t, profile, object[explained](t, out).Profile)
}

func explainsNoStrangers(t *testing.T, data string) {
	t.Helper()
	for want, wrong := range map[string][]string{
		`the shop knows no such customer by login "nobody"`:               {"-customer", "login=nobody"},
		`the shop knows no such customer by profile "nobody"`:             {"-customer", "profile=nobody"},
		`identifier email: malformed identifier`:                          {"-customer", "email=x"},
		`this customer has no event "b-9"; their 3 events: c-1, v-1, b-1`: {"-customer", "login=mette", "-event", "b-9"},
	} {
		status, out, errs := call(t, append([]string{"explain", "-data", data}, wrong...)...)
		require.Equal(t, 1, status, wrong)
		require.Empty(t, out)
		require.Contains(t, errs, want)
	}
}

func TestExplainWithoutTheKeySaysWhereItLooked(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("IDENTITY_KEY", "")
	status, _, errs := call(t, "explain", "-data", dir, "-customer", "login=mette")
	require.Equal(t, 1, status)
	require.Contains(t, errs, "no IDENTITY_KEY, neither in the environment nor in "+filepath.Join(dir, "keys"))
	require.NoFileExists(t, filepath.Join(dir, "keys"))
	for want, args := range map[string][]string{
		`explain: -customer "": expected type=value`: {},
		`there is no flow "basket"`:                  {"-customer", "login=mette", "-flow", "basket"},
		`unexpected argument "mette"`:                {"mette"},
	} {
		status, _, errs := call(t, append([]string{"explain"}, args...)...)
		require.Equal(t, 2, status)
		require.Contains(t, errs, want)
	}
}
