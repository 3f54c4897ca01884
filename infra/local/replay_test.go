package main

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/flow/replay"
	"redthread.dev/shared/store"
)

// demonstrated lives through a made-up shop's days once: what comes of it is in the
// store that it returns the folder of.
func demonstrated(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	status, _, errs := call(t, "demo", "-speed", "0", "-customers", "80", "-days", "5", "-addr", "127.0.0.1:0", "-data", dir)
	require.Zero(t, status, errs)
	return filepath.Join(dir, "demo")
}

// requested counts what a flow asked for in the suite itself, by channel. What gave way to a
// stronger flow's, at the same moment, is not in it: a replay knows of that contact at once.
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
		if a.Flow == flow && !strings.HasPrefix(a.Reason, "displaced by ") {
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
	doesTheSame(t, data)

	t.Run("with other settings it does something else", func(t *testing.T) {
		r := replayed(t, data, "basketrecovery", "-was", "HOLDOUT=0.5", "-set", "MAX=1", "-set", "basketrecovery.HOLDOUT=0", "-set", "CONTROL=0")
		require.Len(t, r.Tried, 1)
		tried := r.Tried[0]
		require.Equal(t, "MAX=1 basketrecovery.HOLDOUT=0 CONTROL=0", tried.Settings)
		require.Positive(t, r.AsSet.HeldOut)
		require.Zero(t, tried.HeldOut)
		for _, a := range tried.Actions {
			require.Equal(t, "reminder-1", a.Step)
		}
		require.Equal(t, r.AsSet.Decisions+tried.Decisions, r.Decisions)
		back := replayed(t, data, "basketrecovery", "-was", "MAX=1", "-was", "CONTROL=0", "-was", "HOLDOUT=0", "-set", "MAX=3")
		require.Equal(t, tried.actions(), back.AsSet.actions())
		require.Less(t, back.AsSet.actions()["email"], back.Tried[0].actions()["email"])
	})
	t.Run("several choices are tried beside each other, as each would be alone", func(t *testing.T) { sideBySide(t, data) })
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

// doesTheSame replays each flow as it was set.
func doesTheSame(t *testing.T, data string) {
	for _, flow := range []string{"basketrecovery", "storeretarget", "socialcare", "pickupready", "browsenudge", "experiencefollowup", "visitprep", "profileenrich"} {
		did := requested(t, data, flow)
		if flow != "browsenudge" { // visitprep, which goes first, leaves it nothing in these days
			require.NotEmpty(t, did, flow)
		}
		r := replayed(t, data, flow, "-others")
		require.Equal(t, did, r.AsSet.actions(), flow)
		require.Empty(t, r.Tried)
		sum := 0
		for _, x := range r.AsSet.Reasons {
			sum += x.Count
			require.NotEqual(t, "failed", x.Verdict)
		}
		require.Equal(t, r.AsSet.Decisions, sum)
	}
}

// sideBySide tries choices in one reading, and each in one of its own.
func sideBySide(t *testing.T, data string) {
	args := []string{"basketrecovery", "-was", "MAX=2", "-try", "WAIT=30m MAX=1", "-set", "WAIT=2h", "-set", "QUIET=off", "-try", "CONTROL=0", "-per-customer"}
	all := replayed(t, data, args...)
	require.Len(t, all.Tried, 3)
	for i, set := range [][]string{{"WAIT=2h", "QUIET=off"}, {"WAIT=30m", "MAX=1"}, {"CONTROL=0"}} {
		args := []string{"basketrecovery", "-was", "MAX=2", "-per-customer"}
		for _, one := range set {
			args = append(args, "-set", one)
		}
		alone := replayed(t, data, args...)
		require.Equal(t, strings.Join(set, " "), all.Tried[i].Settings)
		require.Equal(t, alone.Tried[0], all.Tried[i])
		require.Equal(t, alone.AsSet, all.AsSet)
		rows := map[string]replay.Row{}
		for _, c := range all.PerCustomer {
			rows[c.Profile] = c.Tried[i]
		}
		for _, c := range alone.PerCustomer {
			require.Equal(t, c.Tried[0], rows[c.Profile], c.Profile)
		}
	}
	status, out, errs := call(t, append([]string{"replay", "-data", data}, args...)...)
	require.Zero(t, status, errs)
	for _, want := range []string{"\ntried 1 with WAIT=2h QUIET=off\ntried 2 with WAIT=30m MAX=1\ntried 3 with CONTROL=0\n",
		" as it was set       tried 1       tried 2       tried 3\n", "; tried 1: ", "; tried 3: the same\n"} {
		require.Contains(t, out, want)
	}
}

func addUp(t *testing.T, data string) {
	file := filepath.Join(t.TempDir(), "customers.csv")
	r := replayed(t, data, "basketrecovery", "-try", "WAIT=6h", "-try", "MAX=1", "-per-customer", "-csv", file)
	text, err := os.Open(file)
	require.NoError(t, err)
	defer text.Close()
	lines, err := csv.NewReader(text).ReadAll()
	require.NoError(t, err)
	require.Equal(t, "profile,decisions,actions,refused,conversions,held_out,waiting,"+
		"tried_1_decisions,tried_1_actions,tried_1_refused,tried_1_conversions,tried_1_held_out,tried_1_waiting,"+
		"tried_2_decisions,tried_2_actions,tried_2_refused,tried_2_conversions,tried_2_held_out,tried_2_waiting", strings.Join(lines[0], ","))
	require.Len(t, r.PerCustomer, len(lines)-1)
	sum := make([]int, len(lines[0]))
	touched := make([]int, 2)
	for i, line := range lines[1:] {
		require.Equal(t, line[0], r.PerCustomer[i].Profile)
		for c := range sum {
			if n, err := strconv.Atoi(line[c]); err == nil {
				sum[c] += n
			}
		}
		for choice, row := range r.PerCustomer[i].Tried {
			if row.Actions > 0 {
				touched[choice]++
			}
		}
	}
	for i, column := range append([]column{r.AsSet}, r.Tried...) {
		require.Equal(t, []int{column.Decisions, column.actions()["email"]}, sum[1+6*i:3+6*i])
		require.Equal(t, column.Conversions, sum[4+6*i])
		if i > 0 {
			require.Equal(t, column.Touched, touched[i-1])
		}
	}
}

func TestAWrongReplaySaysWhatThereIs(t *testing.T) {
	for want, args := range map[string][]string{
		`replay: expected the name of one flow, got 0`: {},
		`there is no flow "basket"; there are: basketrecovery, browsenudge, churnrescue, experiencefollowup, lifestage, occasionreminder, ordersync, pickupready, profileenrich, replenish, salesbrief, scanandgo, servicebrief, socialcare, storeretarget, visitprep`: {"basket"},
		`replay: -from "tape": expected journal`:                                                      {"basketrecovery", "-from", "tape"},
		`replay: basketrecovery has no setting "WIAT"; there are, with their defaults: ATTENTION_DAY`: {"basketrecovery", "-set", "WIAT=1h"},
		`settings of basketrecovery: WAIT is "soon", expected a length of time`:                       {"basketrecovery", "-set", "WAIT=soon"},
		`expected NAME=value, e.g. WAIT=30m`:                                                          {"basketrecovery", "-set", "WAIT"},
		`-since "monday": expected RFC 3339, or YYYY-MM-DD`:                                           {"basketrecovery", "-since", "monday"},
		`expected NAME=value and spaces in between, e.g. "WAIT=30m MAX=1"`:                            {"basketrecovery", "-try", "WAIT=30m soon"},
		`invalid value " " for flag -try`:                                                             {"basketrecovery", "-try", " "},
		`replay: basketrecovery has no setting "WIAT"; there are`:                                     {"basketrecovery", "-try", "MAX=1", "-try", "WIAT=1h"},
		`replay: 17 choices of settings to try: expected 16 at most`:                                  append([]string{"basketrecovery", "-set", "MAX=1"}, slices.Repeat([]string{"-try", "MAX=2"}, 16)...),
		`replay: -csv - and -json exclude each other`:                                                 {"basketrecovery", "-csv", "-", "-json"},
		`replay: -customers -1: expected 0 for all`:                                                   {"basketrecovery", "-customers", "-1"},
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
