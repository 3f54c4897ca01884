package player_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/intake/timers"
	"redthread.dev/infra/local/broker"
	"redthread.dev/infra/local/clock"
	"redthread.dev/infra/local/player"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/thread"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// theatre is a broker with the real timers function and a flow that sets a timer
// for each event and writes down what it sees and when.
type theatre struct {
	*player.Player
	store store.Store
	mu    sync.Mutex
	log   []string
	fail  func(timer string) error
	wait  time.Duration
}

func open(t *testing.T) *theatre {
	s := &theatre{store: memory.New(), fail: func(string) error { return nil }, wait: 90 * time.Minute}
	c := clock.Stepped(time.Time{})
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	b, err := broker.Open(broker.Config{Dir: t.TempDir(), Log: log, Patience: 10 * time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close(context.Background())) })
	tick, err := timers.Spec.New(function.Env{Store: s.store, Now: c.Now, Log: log,
		Emit: func(ctx context.Context, e events.Event) error { return b.Emit(ctx, e) }})
	require.NoError(t, err)
	flow := &function.Function{
		Manifest: function.Manifest{Name: "flow", Group: "intake", Triggers: []function.Trigger{{Type: "seen"}, {Type: events.TimerDue{}.Type()}}},
		Handle: func(ctx context.Context, e events.Event) (*events.Event, error) {
			return nil, s.handle(ctx, e, c.Now())
		},
	}
	require.NoError(t, b.Start(context.Background(), []*function.Function{tick, flow}))
	s.Player = &player.Player{Clock: c, Broker: b, Store: s.store}
	return s
}

func (s *theatre) handle(ctx context.Context, e events.Event, now time.Time) error {
	profile := events.ProfileID(e)
	docs, err := s.store.Get(ctx, thread.Key(profile))
	if err != nil {
		return err
	}
	th, err := thread.Read(docs[0])
	if err != nil {
		return err
	}
	what := e.ID()
	if e.Type() == "seen" {
		th.SetTimer(thread.Timer{Flow: "flow", Key: e.ID(), Name: "remind", Due: e.Time().Add(s.wait), Set: now})
	} else {
		due, err := events.Decode[events.TimerDue](e)
		if err != nil {
			return err
		}
		what = due.Timer + " " + due.Key
		if err := s.fail(due.Key); err != nil {
			return err
		}
		th.DropTimers("flow", due.Key, due.Timer)
	}
	w, err := thread.Write(th, docs[0].Version)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.log = append(s.log, now.Format("15:04:05")+" "+what)
	s.mu.Unlock()
	return s.store.Commit(ctx, w)
}

func seen(id, profile string, at time.Duration) events.Event {
	e := events.Event{}
	e.SetSpecVersion("1.0")
	e.SetID(id)
	e.SetSource("/shop")
	e.SetType("seen")
	e.SetTime(noon.Add(at))
	e.SetExtension("profileid", profile)
	e.SetExtension("partitionkey", profile)
	return e
}

func TestTimersComeBetweenTheEvents(t *testing.T) {
	s := open(t)
	require.NoError(t, s.Play(context.Background(), slices.Values([]events.Event{
		seen("1", "p", 0), seen("2", "p", 10*time.Second), seen("3", "p", 95*time.Minute), seen("4", "p", 5*time.Hour),
	})))
	require.NoError(t, s.Until(context.Background(), noon.Add(24*time.Hour)))
	require.Equal(t, []string{
		"12:00:10 1", "12:00:10 2", // a minute's events happen together
		"13:30:00 remind 1", "13:31:00 remind 2", // at the minute after they were due
		"13:35:00 3", "15:05:00 remind 3",
		"17:00:00 4", "18:30:00 remind 4",
	}, s.log)
	require.Equal(t, player.Progress{Events: 4, Ticks: 4, At: noon.Add(6*time.Hour + 30*time.Minute)}, s.Progress())
}

func TestTimeDoesNotPassBeyondWhatIsAskedFor(t *testing.T) {
	s := open(t)
	require.NoError(t, s.Play(context.Background(), slices.Values([]events.Event{seen("1", "p", 0)})))
	require.NoError(t, s.Until(context.Background(), noon.Add(89*time.Minute)))
	require.Equal(t, []string{"12:00:00 1"}, s.log)
	require.NoError(t, s.Until(context.Background(), noon.Add(90*time.Minute)))
	require.Equal(t, []string{"12:00:00 1", "13:30:00 remind 1"}, s.log)
}

func TestEventsThatAreTooOldOrHaveNoTimeHappenNow(t *testing.T) {
	s := open(t)
	timeless := seen("3", "p", 0)
	require.NoError(t, timeless.Context.(interface{ SetTime(time.Time) error }).SetTime(time.Time{}))
	s.wait = 0
	s.fail = func(string) error { return nil }
	require.NoError(t, s.Play(context.Background(), slices.Values([]events.Event{
		seen("1", "p", time.Hour), seen("2", "p", 0), timeless,
	})))
	require.Subset(t, s.log, []string{"13:00:00 1", "13:00:00 2"})
	require.Equal(t, noon.Add(time.Hour), s.Clock.Now())
	require.EqualValues(t, 1, s.Progress().Late)
}

func TestATimerWhoseFlowFailsForGoodDoesNotStopTime(t *testing.T) {
	s := open(t)
	s.fail = func(key string) error {
		if key == "bad" {
			return function.Never(errors.New("cannot"))
		}
		return nil
	}
	require.NoError(t, s.Play(context.Background(), slices.Values([]events.Event{seen("bad", "p", 0), seen("good", "p", time.Minute)})))
	require.NoError(t, s.Until(context.Background(), noon.Add(240*time.Hour)))
	require.Contains(t, s.log, "13:31:00 remind good")
}

func TestTheSamePlayGivesTheSameResult(t *testing.T) {
	var first map[string][]string
	for range 3 {
		s := open(t)
		var es []events.Event
		for i := range 240 {
			es = append(es, seen(fmt.Sprint(i), fmt.Sprint("p", i%7), time.Duration(i)*17*time.Second))
		}
		require.NoError(t, s.Play(context.Background(), slices.Values(es)))
		require.NoError(t, s.Until(context.Background(), noon.Add(240*time.Hour)))
		require.Len(t, s.log, 480)
		slices.Sort(s.log)
		if first == nil {
			first = map[string][]string{"log": s.log}
		}
		require.Equal(t, first["log"], s.log)
	}
}

func TestAPlayerKeepsItsPace(t *testing.T) {
	s := open(t)
	s.Speed = 36000 // an hour in 100 ms
	start := time.Now()
	require.NoError(t, s.Play(context.Background(), slices.Values([]events.Event{seen("1", "p", 0), seen("2", "p", time.Hour)})))
	require.NoError(t, s.Until(context.Background(), noon.Add(2*time.Hour)))
	took := time.Since(start)
	require.Greater(t, took, 100*time.Millisecond, "no faster")
	require.Less(t, took, 10*time.Second, "later only by as much as the machine is busy")
}

func TestAPlayerStopsWhenItIsTold(t *testing.T) {
	s := open(t)
	s.Speed = 1
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	err := s.Play(ctx, slices.Values([]events.Event{seen("1", "p", 0), seen("2", "p", time.Hour)}))
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
