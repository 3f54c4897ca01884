package main

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/store"
)

// demonstrated lives through a made-up shop's days once: what comes of it is in the
// store that it returns the folder of.
func demonstrated(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	status, _, errs := call(t, "demo", "-speed", "0", "-customers", "80", "-addr", "127.0.0.1:0", "-data", dir)
	require.Zero(t, status, errs)
	return filepath.Join(dir, "demo")
}

// requested counts what a flow asked for in the suite itself, by channel.
func requested(t *testing.T, data, flow string) map[string]int {
	t.Helper()
	s, err := store.Open(context.Background(), "sqlite:"+filepath.Join(data, "redthread.db"))
	require.NoError(t, err)
	defer s.Close()
	n := map[string]int{}
	for doc, err := range s.Query(context.Background(), store.Query{Collection: action.Collection}) {
		require.NoError(t, err)
		a, err := action.Read(doc)
		require.NoError(t, err)
		if a.Flow == flow {
			n[a.Channel]++
		}
	}
	return n
}

// replayed is a replay's report.
func replayed(t *testing.T, data string, args ...string) verdict {
	t.Helper()
	status, out, errs := call(t, append([]string{"replay", "-data", data, "-json"}, args...)...)
	require.Zero(t, status, errs)
	return object[verdict](t, out)
}

func (c column) actions() map[string]int {
	n := map[string]int{}
	for _, a := range c.Actions {
		n[a.Channel] += a.Count
	}
	return n
}

func TestAReplayWithNothingChangedDoesWhatTheSuiteDid(t *testing.T) {
	data := demonstrated(t)
	for _, flow := range []string{"basketrecovery", "storeretarget", "socialcare", "pickupready"} {
		did := requested(t, data, flow)
		require.NotEmpty(t, did, flow)
		r := replayed(t, data, flow, "-others")
		require.Equal(t, did, r.AsSet.actions(), flow)
		require.Nil(t, r.Tried)
		sum := 0
		for _, x := range r.AsSet.Reasons {
			sum += x.Count
			require.NotEqual(t, "failed", x.Verdict)
		}
		require.Equal(t, r.AsSet.Decisions, sum)
	}

	t.Run("with other settings it does something else", func(t *testing.T) {
		r := replayed(t, data, "basketrecovery", "-was", "HOLDOUT=0.5", "-set", "MAX=1", "-set", "basketrecovery.HOLDOUT=0", "-set", "CONTROL=0")
		require.Equal(t, "MAX=1 basketrecovery.HOLDOUT=0 CONTROL=0", r.Tried.Settings)
		require.Positive(t, r.AsSet.HeldOut)
		require.Zero(t, r.Tried.HeldOut)
		for _, a := range r.Tried.Actions {
			require.Equal(t, "reminder-1", a.Step)
		}
		require.Equal(t, r.AsSet.Decisions+r.Tried.Decisions, r.Decisions)
		back := replayed(t, data, "basketrecovery", "-was", "MAX=1", "-was", "CONTROL=0", "-was", "HOLDOUT=0", "-set", "MAX=3")
		require.Equal(t, r.Tried.actions(), back.AsSet.actions())
		require.Less(t, back.AsSet.actions()["email"], back.Tried.actions()["email"])
	})
	t.Run("customers add up to the table", func(t *testing.T) { addUp(t, data) })
	t.Run("it is told to people, too", func(t *testing.T) {
		status, out, errs := call(t, "replay", "basketrecovery", "-data", data, "-set", "WAIT=30m", "-per-customer")
		require.Zero(t, status, errs)
		for _, want := range []string{"; tried: ", "tried with WAIT=30m", "as it is set         tried    difference",
			"\n  act: reminder-1  ", "\nconversions  ", "Only this flow's contacts count", "The catalogue is as of now: 16 products",
			" a second. ", " s of that went into reading the store; without: "} {
			require.Contains(t, out, want)
		}
	})
	t.Run("since counts what came later, and plays what came before", func(t *testing.T) {
		all := replayed(t, data, "basketrecovery")
		late := replayed(t, data, "basketrecovery", "-since", "2026-03-04")
		require.Less(t, late.AsSet.Decisions, all.AsSet.Decisions)
		require.Equal(t, all.AsSet.Waiting, late.AsSet.Waiting)
		require.Equal(t, all.Events, late.Events)
	})
	t.Run("a journal that is larger than the room is read several times", func(t *testing.T) {
		all, parts := replayed(t, data, "storeretarget"), replayed(t, data, "storeretarget", "-room", "100KB")
		require.Equal(t, all.AsSet, parts.AsSet)
		require.Equal(t, all.Events, parts.Events)
		require.Contains(t, strings.Join(parts.Notes, " "), "times, as it is larger than -room")
	})
	t.Run("some customers are the same ones each time", func(t *testing.T) {
		some := replayed(t, data, "storeretarget", "-customers", "10", "-per-customer")
		require.Equal(t, some.PerCustomer, replayed(t, data, "storeretarget", "-customers", "10", "-per-customer").PerCustomer)
		require.LessOrEqual(t, some.Customers, 10)
	})
}

func addUp(t *testing.T, data string) {
	file := filepath.Join(t.TempDir(), "customers.csv")
	r := replayed(t, data, "basketrecovery", "-set", "WAIT=6h", "-per-customer", "-csv", file)
	text, err := os.Open(file)
	require.NoError(t, err)
	defer text.Close()
	lines, err := csv.NewReader(text).ReadAll()
	require.NoError(t, err)
	require.Equal(t, "profile,decisions,actions,refused,conversions,held_out,waiting,"+
		"tried_decisions,tried_actions,tried_refused,tried_conversions,tried_held_out,tried_waiting", strings.Join(lines[0], ","))
	require.Len(t, r.PerCustomer, len(lines)-1)
	sum := make([]int, len(lines[0]))
	touched := 0
	for i, line := range lines[1:] {
		require.Equal(t, line[0], r.PerCustomer[i].Profile)
		for c := range sum {
			if n, err := strconv.Atoi(line[c]); err == nil {
				sum[c] += n
			}
		}
		if r.PerCustomer[i].Tried.Actions > 0 {
			touched++
		}
	}
	require.Equal(t, []int{r.AsSet.Decisions, r.AsSet.actions()["email"]}, sum[1:3])
	require.Equal(t, []int{r.Tried.Decisions, r.Tried.actions()["email"]}, sum[7:9])
	require.Equal(t, r.Tried.Conversions, sum[10])
	require.Equal(t, r.Tried.Touched, touched)
}

func TestAWrongReplaySaysWhatThereIs(t *testing.T) {
	for want, args := range map[string][]string{
		`replay: expected the name of one flow, got 0`:                                                 {},
		`there is no flow "basket"; there are: basketrecovery, pickupready, socialcare, storeretarget`: {"basket"},
		`replay: -from "tape": expected journal`:                                                       {"basketrecovery", "-from", "tape"},
		`replay: basketrecovery has no setting "WIAT"; there are, with their defaults: ATTENTION_DAY`:  {"basketrecovery", "-set", "WIAT=1h"},
		`settings of basketrecovery: WAIT is "soon", expected a length of time`:                        {"basketrecovery", "-set", "WAIT=soon"},
		`expected NAME=value, e.g. WAIT=30m`:                                                           {"basketrecovery", "-set", "WAIT"},
		`-since "monday": expected RFC 3339, or YYYY-MM-DD`:                                            {"basketrecovery", "-since", "monday"},
		`replay: -csv - and -json exclude each other`:                                                  {"basketrecovery", "-csv", "-", "-json"},
		`replay: -customers -1: expected 0 for all`:                                                    {"basketrecovery", "-customers", "-1"},
	} {
		status, out, errs := call(t, append([]string{"replay"}, args...)...)
		require.Equal(t, 2, status, args)
		require.Empty(t, out)
		require.Contains(t, errs, want)
	}
	dir := t.TempDir()
	status, _, errs := call(t, "replay", "basketrecovery", "-data", dir)
	require.Equal(t, 1, status)
	require.Contains(t, errs, "there is no store "+filepath.Join(dir, "redthread.db")+" yet")
	require.NoFileExists(t, filepath.Join(dir, "redthread.db"))
}
