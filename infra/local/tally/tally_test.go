package tally_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/infra/local/broker"
	"redthread.dev/infra/local/tally"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

func event(kind string) events.Event {
	e := events.Event{}
	e.SetSpecVersion("1.0")
	e.SetID("1")
	e.SetType(kind)
	return e
}

func TestATallyComesOut(t *testing.T) {
	c := tally.New()
	s := c.Watch(memory.New())
	basket := event("dev.redthread.basket.updated.v1")
	journal := func(id string, version int64) {
		require.NoError(t, s.Commit(context.Background(), store.Write{Key: store.Key{Collection: "journal", ID: id}, Version: version, Data: []byte(`{}`)}))
	}
	for range 4 {
		c.Arrived(basket)
	}
	journal("1", 0)
	journal("2", 0)
	journal("2", store.Unchecked) // moved to another profile: not new
	require.Error(t, s.Commit(context.Background(), store.Write{Key: store.Key{Collection: "journal", ID: "1"}, Data: []byte(`{}`)}))
	for range 3 {
		c.Delivered(broker.Delivery{Function: "collect", Event: basket, Outside: true})
	}
	c.Delivered(broker.Delivery{Function: "collect", Event: basket, Outside: true, Err: errors.New("later")})
	c.Delivered(broker.Delivery{Function: "collect", Event: basket, Outside: true, Err: errors.New("no"), Dead: true})
	r := c.Report()
	require.NoError(t, r.Check())
	require.Equal(t, []int64{4, 2, 1, 1, 1}, []int64{r.Events, r.Journalled, r.Duplicates, r.Refused, r.Repeated})

	c.Delivered(broker.Delivery{Function: "collect", Event: event("dev.redthread.segment.changed.v1")})
	journal("3", 0)
	require.NoError(t, c.Report().Check(), "events that functions send are counted beside")
	c.Arrived(basket)
	require.EqualError(t, c.Report().Check(), "5 events came in and 1 followed, but 3 were journalled, 1 known before, 1 refused and 0 resolved: 1 are unaccounted for")
}

func TestDecisionsActionsAndConversionsAreCountedOnce(t *testing.T) {
	c := tally.New()
	act := function.Decided{Flow: "basketrecovery", Verdict: "act", Reason: "first", Action: "a-1", Channel: "email"}
	c.Decided(act)
	act.Again = true
	c.Decided(act)
	c.Decided(function.Decided{Flow: "basketrecovery", Verdict: "refused", Reason: "capped"})
	c.Decided(function.Decided{Flow: "basketrecovery", Verdict: "nothing", Goal: true, Touched: true})
	c.Decided(function.Decided{Flow: "basketrecovery", Verdict: "nothing", Goal: true})
	done := event("dev.redthread.action.completed.v1")
	c.Delivered(broker.Delivery{Function: "email", Group: "channels", Event: event("dev.redthread.action.requested.v1"), Reply: &done})
	r := c.Report()
	require.Equal(t, []tally.Decision{
		{"basketrecovery", "act", "first", 1}, {"basketrecovery", "nothing", "", 2}, {"basketrecovery", "refused", "capped", 1},
	}, r.Decisions)
	require.Equal(t, []tally.Action{{"email", "requested", 1}, {"email", "sent", 1}}, r.Actions)
	require.Equal(t, []tally.Conversion{{"basketrecovery", 1}}, r.Conversions)

	var table strings.Builder
	require.NoError(t, r.Write(&table))
	require.Contains(t, table.String(), "  basketrecovery  1  refused  capped\n")
	require.Contains(t, table.String(), "dead letters         0\n")
}

func TestPercentilesAreRightWithinOneInSixteen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := tally.New()
		d := time.Duration(rapid.Int64Range(int64(time.Microsecond), int64(5*time.Hour)).Draw(t, "duration"))
		for range 100 {
			c.Delivered(broker.Delivery{Group: "flows", Age: d})
		}
		c.Delivered(broker.Delivery{Group: "flows", Age: 10 * time.Hour})
		l := c.Report().Latency
		want := float64(d) / float64(time.Millisecond)
		require.InDelta(t, want, l.P50, want/16+0.001)
		require.Equal(t, l.P50, l.P99)
		require.EqualValues(t, 36000000, l.Max)
		require.EqualValues(t, 101, l.Count)
	})
}
