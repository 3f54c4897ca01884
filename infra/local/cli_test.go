package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asProgram makes the test binary the program itself, so that it can be killed.
const asProgram = "REDTHREAD_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// call runs the program here and returns its exit status and what it wrote.
func call(t *testing.T, args ...string) (status int, out, errs string) {
	t.Helper()
	return callWith(t, "", args...)
}

func callWith(t *testing.T, in string, args ...string) (status int, out, errs string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute) // a busy machine is slow
	defer cancel()
	var o, e bytes.Buffer
	status = run(ctx, args, strings.NewReader(in), &o, &e)
	return status, o.String(), e.String()
}

func TestAWrongCallSaysWhatThereIsAndEndsWith2(t *testing.T) {
	for want, args := range map[string][]string{
		`redthread: unknown command "sevre"; there are: serve, `:                                {"sevre"},
		`redthread: serve: flag provided but not defined: -port (see serve -h)`:                 {"-port", "80"},
		`redthread: serve: unexpected argument "now"`:                                           {"serve", "now"},
		`redthread: serve: -sync "never": expected always or 100ms`:                             {"serve", "-sync", "never"},
		`redthread: serve: speed "fast": expected how many times as fast`:                       {"serve", "-speed", "fast"},
		`redthread: serve: -start "0001-01-01T00:00:00Z": expected RFC 3339 in this`:            {"serve", "-start", "0001-01-01T00:00:00Z"},
		`redthread: serve: -retry -1: expected 0 to 1000`:                                       {"serve", "-retry", "-1"},
		`redthread: serve: -backoff "random": expected exponential or linear`:                   {"serve", "-backoff", "random"},
		`redthread: serve: -backoff-delay -1s: expected more than 0 and at most 24h0m0s`:        {"serve", "-backoff-delay", "-1s"},
		`redthread: serve: -backoff-delay 2000h0m0s: expected more than 0`:                      {"serve", "-backoff-delay", "2000h"},
		`invalid value "-1GB" for flag -max-queue: expected a size, e.g. 500MB or 4GiB`:         {"serve", "-max-queue", "-1GB"},
		`redthread: serve: speed "-1x": expected how many times`:                                {"serve", "-speed", "-1x"},
		`redthread: demo: -customers 0: expected 1 to 1000000`:                                  {"demo", "-customers", "0"},
		`redthread: demo: -days 400: expected 1 to 366`:                                         {"demo", "-days", "400"},
		`redthread: demo: -start "2026-02-30": expected YYYY-MM-DD`:                             {"demo", "-start", "2026-02-30"},
		`redthread: demo: -after -1h0m0s: expected 0 to 87840h0m0s`:                             {"demo", "-after", "-1h"},
		`redthread: demo: speed "NaN": expected how many times`:                                 {"demo", "-speed", "NaN"},
		`redthread: import: -after -1h0m0s: expected 0 to 87840h0m0s`:                           {"import", "-after", "-1h", "x.csv"},
		`redthread: import: -limit -1: expected how many events, 0 for all`:                     {"import", "-limit", "-1", "x.csv"},
		`redthread: import: -to "ftp://u:xxxxx@h": expected the full address of a server`:       {"import", "-to", "ftp://u:hush@h", "x.csv"},
		`redthread: replay: -until 2026-01-01: expected a time after -since 2026-02-01`:         {"replay", "basketrecovery", "-since", "2026-02-01", "-until", "2026-01-01"},
		`redthread: replay: -customers -1: expected 0 for all, or how many`:                     {"replay", "basketrecovery", "-customers", "-1"},
		`redthread: replay: -since "soon": expected RFC 3339, or YYYY-MM-DD`:                    {"replay", "basketrecovery", "-since", "soon"},
		`redthread: explain: -zone: unknown time zone Europe/Kobenhavn`:                         {"explain", "-customer", "login=a", "-zone", "Europe/Kobenhavn"},
		`redthread: deadletters: -limit -1: expected how many, 0 for all`:                       {"deadletters", "-limit", "-1"},
		`redthread: serve: -start "today": expected RFC 3339`:                                   {"serve", "-start", "today"},
		`invalid value "nosuch.WAIT=1m" for flag -set: there is no function "nosuch"`:           {"serve", "-set", "nosuch.WAIT=1m"},
		`redthread: send: name a file, - for standard input, or a sample with -sample`:          {"send"},
		`redthread: send: -sample basket.eaten: there is none; there are: customer.ident`:       {"send", "-sample", "basket.eaten"},
		`redthread: import: expected one file or folder, got 0`:                                 {"import"},
		`redthread: import: -to and -o exclude each other`:                                      {"import", "-to", "x", "-o", "y", "z"},
		`redthread: deadletters: unknown command "burn"; there are: list, show, resend, forget`: {"deadletters", "burn"},
		`redthread: deadletters show: expected one id, got 0`:                                   {"deadletters", "show"},
		`redthread: deadletters list: -to is for resend`:                                        {"deadletters", "-to", "http://127.0.0.1:1/", "list"},
		`redthread: deadletters: -to "x": expected the full address of a server`:                {"deadletters", "-to", "x", "resend", "-all"},
		`redthread: copy: expected -to, the URL of the store that the documents go to`:          {"copy"},
		`redthread: copy: -to is the store itself`:                                              {"copy", "-store", "sqlite:a.db", "-to", "sqlite:a.db"},
		`redthread: deadletters resend: expected ids, or -all`:                                  {"deadletters", "resend"},
		`redthread: deadletters forget: expected ids, or -all`:                                  {"deadletters", "forget"},
		"deadletters forget: expected ids, or -all":                                             {"deadletters", "forget", "-all", "x"},
	} {
		status, out, errs := call(t, args...)
		require.Equal(t, 2, status, args)
		require.Empty(t, out, args)
		require.Contains(t, errs, want, args)
	}
}

func TestEveryCommandHasAHelpThatHelps(t *testing.T) {
	status, all, _ := call(t, "-h")
	require.Zero(t, status)
	for _, c := range commands {
		c := c()
		require.Contains(t, all, "  "+c.name+" ")
		status, out, errs := call(t, c.name, "-h")
		require.Zero(t, status)
		require.Empty(t, errs)
		require.Contains(t, out, c.summary)
		require.Contains(t, out, "-addr HOST:PORT")
		require.Contains(t, out, "(default ./data)")
		require.NotRegexp(t, `(?m)^.{121}`, out, "lines that a terminal would break")
		require.GreaterOrEqual(t, len(c.examples), 2, c.name)
		for _, e := range c.examples {
			require.True(t, strings.HasPrefix(e, c.name), e)
			require.Contains(t, out, e)
		}
	}
}

func TestFlagsMayComeAfterArguments(t *testing.T) {
	file := filepath.Join(t.TempDir(), "e.json")
	require.NoError(t, os.WriteFile(file, []byte(`{}`), 0o600))
	status, _, errs := call(t, "send", file, "-nosuch")
	require.Equal(t, 2, status)
	require.Contains(t, errs, "not defined: -nosuch")
}

func TestAPortThatIsTakenIsSaid(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	status, _, errs := call(t, "serve", "-addr", l.Addr().String(), "-data", t.TempDir())
	require.Equal(t, 1, status)
	require.Contains(t, errs, l.Addr().String()+" is taken by another program; stop it, or choose another port with -addr")
}

func TestWithoutAServerSendSaysSo(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	l.Close()
	status, _, errs := call(t, "send", "-sample", "basket.updated", "-addr", addr)
	require.Equal(t, 1, status)
	require.Contains(t, errs, "connection refused; is the server running? start it with: go run ./infra/local")
}

func TestFieldsAreChangedByTheirPath(t *testing.T) {
	const event = `{"specversion":"1.0","id":"1","source":"/s","type":"a","data":{"total":{"amount":1},"lines":[{"sku":"x"}]}}`
	es, err := decode([]byte(event), changes{{"id", "2x"}, {"data.total.amount", "500"}, {"data.lines.0.sku", "y"},
		{"data.lines.1.sku", "z"}, {"data.customer.email", "a@b.example"}, {"subject", `"7"`}})
	require.NoError(t, err)
	require.Len(t, es, 1)
	require.Equal(t, []string{"2x", "7"}, []string{es[0].ID(), es[0].Subject()})
	require.JSONEq(t, `{"total":{"amount":500},"lines":[{"sku":"y"},{"sku":"z"}],"customer":{"email":"a@b.example"}}`, string(es[0].Data()))

	for want, set := range map[string]change{
		`-set data.lines.5.sku: "5" is no place in a list of 1`:         {"data.lines.5.sku", "x"},
		`-set data.total.amount.x: "x" is within 1, which is no object`: {"data.total.amount.x", "x"},
		`not a CloudEvent`: {"specversion", "9.9"},
	} {
		_, err := decode([]byte(event), changes{set})
		require.ErrorContains(t, err, want)
	}
	for _, text := range []string{"", "{", `"text"`, "[]"} {
		_, err := decode([]byte(text), nil)
		require.Error(t, err, text)
	}
	es, err = decode([]byte("["+event+","+event+"]\n"+event), nil)
	require.NoError(t, err)
	require.Len(t, es, 3)
}

func FuzzChanges(f *testing.F) {
	f.Add([]byte(`{"specversion":"1.0","id":"1","source":"/s","type":"a","data":{}}`), "data.x.0", "1")
	f.Fuzz(func(_ *testing.T, text []byte, path, value string) {
		decode(text, changes{{path, value}}) //nolint:errcheck // it only must not panic
	})
}

func TestSettingsDurationsAndSizesAreRead(t *testing.T) {
	s := settings{}
	require.NoError(t, s.Set("basketrecovery.WAIT=30m"))
	require.NoError(t, s.Set("QUIET=off"))
	require.NoError(t, s.Set("basketrecovery.VOUCHER=a=b"))
	require.Equal(t, settings{"basketrecovery": {"WAIT": "30m", "VOUCHER": "a=b"}, "": {"QUIET": "off"}}, s)
	for _, text := range []string{"", "WAIT", "basketrecovery.=1", "basketrecovery.wait=1"} {
		require.Error(t, s.Set(text), text)
	}
	require.ErrorContains(t, s.Set("basketrecovery.WIAT=1h"), "there is no setting basketrecovery.WIAT; there are: ATTENTION_DAY, ATTENTION_WEEK, BASKET_URL, CHANNELS")
	require.ErrorContains(t, s.Set("email.QUIET=off"), "there is no setting email.QUIET; there are: BRAND, CONCURRENCY", "which only flows keep")
	require.ErrorContains(t, s.Set("WIAT=1h"), "there is no setting WIAT; there are: ")
	for text, want := range map[string]time.Duration{"PT0.2S": 200 * time.Millisecond, "200ms": 200 * time.Millisecond,
		"PT1M": time.Minute, "P1DT2H": 26 * time.Hour, "PT1H30M": 90 * time.Minute} {
		var d duration
		require.NoError(t, d.Set(text))
		require.Equal(t, want, time.Duration(d), text)
	}
	for _, text := range []string{"", "P", "PT", "1", "PT1X", "P1M", "P99999999999D"} {
		require.Error(t, new(duration).Set(text), text)
	}
	for text, want := range map[string]int64{"4GiB": 4 << 30, "500MB": 5e8, "1048576": 1 << 20, "1kib": 1024, "0.5MB": 5e5} {
		var n size
		require.NoError(t, n.Set(text))
		require.EqualValues(t, want, n, text)
	}
	for _, text := range []string{"", "GiB", "-1", "1XB", "1e20"} {
		require.Error(t, new(size).Set(text), text)
	}
}

// object reads what a command reported as JSON.
func object[T any](t *testing.T, out string) T {
	t.Helper()
	var o T
	d := json.NewDecoder(strings.NewReader(out))
	require.NoError(t, d.Decode(&o), out)
	require.False(t, d.More(), "one object and nothing else")
	return o
}
