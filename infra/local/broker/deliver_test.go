package broker_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/broker"
	"redthread.dev/shared/function"
)

func TestAFailingFunctionIsTriedAgainAloneAndThenGivenUp(t *testing.T) {
	var fine, dead seen
	var tries atomic.Int32
	var letter atomic.Pointer[events.Event]
	b := start(t, broker.Config{DeadLetters: "deadletter"},
		fn("fine", fine.handle, "a"),
		fn("broken", func(context.Context, events.Event) (*events.Event, error) {
			tries.Add(1)
			return nil, errors.New("the mail server is away")
		}, "a"),
		fn("deadletter", func(ctx context.Context, e events.Event) (*events.Event, error) {
			letter.Store(&e)
			return dead.handle(ctx, e)
		}, "none"))
	require.NoError(t, b.Publish(context.Background(), event("a", "1", "profileid", "p")))
	idle(t, b)
	require.Equal(t, []string{"1"}, fine.all(), "the function that did not fail got it once")
	require.EqualValues(t, 1+3, tries.Load(), "once, and three repetitions")
	require.Equal(t, []string{"1"}, dead.all())

	e := letter.Load()
	require.Equal(t, "a", e.Type())
	require.Equal(t, "p", e.Extensions()["profileid"])
	require.Equal(t, "http://broken", e.Extensions()["knativeerrordest"])
	require.Equal(t, int32(500), e.Extensions()["knativeerrorcode"])
	reason, err := base64.StdEncoding.DecodeString(e.Extensions()["knativeerrordata"].(string))
	require.NoError(t, err)
	require.Equal(t, "the mail server is away", string(reason))
}

// What was taken is not lost, however large it is: there is room for why it was given up.
func TestWhateverIsTakenCanBecomeADeadLetter(t *testing.T) {
	var dead seen
	b := start(t, broker.Config{DeadLetters: "deadletter"}, fn("deadletter", dead.handle, "none"),
		fn("strict", func(context.Context, events.Event) (*events.Event, error) {
			return nil, function.Neverf("%s", strings.Repeat("too much ", 200))
		}, "a"))
	var taken []string
	for size := broker.MaxEvent - 8000; size <= broker.MaxEvent; size += 500 {
		e := event("a", fmt.Sprint(size))
		e.DataEncoded = []byte(`"` + strings.Repeat("x", size) + `"`)
		err := b.Publish(t.Context(), e)
		if err == nil {
			taken = append(taken, e.ID())
			continue
		}
		require.ErrorIs(t, err, broker.ErrTooLarge)
	}
	idle(t, b)
	require.NotEmpty(t, taken)
	require.ElementsMatch(t, taken, dead.all())
}

func TestAPoisonedEventGoesToTheDeadLettersAtOnceAndTheNextIsHandled(t *testing.T) {
	var dead, got seen
	var tries atomic.Int32
	b := start(t, broker.Config{DeadLetters: "deadletter"},
		fn("brittle", func(ctx context.Context, e events.Event) (*events.Event, error) {
			switch e.ID() {
			case "refused":
				tries.Add(1)
				return nil, function.Neverf("no such basket")
			case "poison":
				tries.Add(1)
				panic("index out of range")
			case "endless":
				reply := e
				return &reply, nil
			case "no event":
				return &events.Event{}, nil
			case "too large":
				reply := event("a", "large")
				reply.DataEncoded = make([]byte, broker.MaxEvent)
				return &reply, nil
			}
			return got.handle(ctx, e)
		}, "a"),
		fn("deadletter", dead.handle, "none"))
	for _, id := range []string{"refused", "poison", "endless", "no event", "too large", "next"} {
		require.NoError(t, b.Publish(context.Background(), event("a", id, "partitionkey", "p")))
	}
	idle(t, b)
	require.Equal(t, []string{"next"}, got.all())
	require.ElementsMatch(t, []string{"refused", "poison", "endless", "no event", "too large"}, dead.all())
	require.EqualValues(t, 2, tries.Load())
}

func TestAFunctionThatIsDownForAWhileGetsEverything(t *testing.T) {
	var up atomic.Bool
	var got, other seen
	b := start(t, broker.Config{Retry: broker.Retry{Retry: 10, BackoffPolicy: "exponential", BackoffDelay: 5 * time.Millisecond}},
		fn("down", func(ctx context.Context, e events.Event) (*events.Event, error) {
			if !up.Load() {
				return nil, errors.New("down")
			}
			return got.handle(ctx, e)
		}, "a"), fn("other", other.handle, "a"))
	for i := range 50 {
		require.NoError(t, b.Publish(context.Background(), event("a", fmt.Sprint(i))))
	}
	require.Eventually(t, func() bool { return len(other.all()) == 50 }, 5*time.Second, time.Millisecond, "others go on")
	require.Empty(t, got.all())
	require.GreaterOrEqual(t, b.Waiting(), int64(50))
	up.Store(true)
	idle(t, b)
	require.Len(t, got.all(), 50)
	require.Len(t, other.all(), 50, "nothing is repeated for those who took it")
}

func TestDeadLettersThatCannotBeKeptAreTriedUntilTheyCan(t *testing.T) {
	var tries atomic.Int32
	b := start(t, broker.Config{DeadLetters: "deadletter"},
		fn("broken", func(context.Context, events.Event) (*events.Event, error) { return nil, function.Neverf("no") }, "a"),
		fn("deadletter", func(context.Context, events.Event) (*events.Event, error) {
			if tries.Add(1) < 8 {
				return nil, errors.New("store is away")
			}
			return nil, nil
		}, "none"))
	require.NoError(t, b.Publish(context.Background(), event("a", "1")))
	idle(t, b)
	require.EqualValues(t, 8, tries.Load(), "more often than others are tried")
}

func TestEventsOfOneCustomerGoInOrder(t *testing.T) {
	var got seen
	b := start(t, broker.Config{},
		fn("resolve", func(_ context.Context, e events.Event) (*events.Event, error) {
			reply := events.Resolved(e, "p")
			reply.SetType("b")
			return &reply, nil
		}, "a"), fn("flow", got.handle, "b"))
	var want []string
	for i := range 300 {
		e := event("a", fmt.Sprint(i))
		require.NoError(t, e.SetData("application/json", map[string]any{"customer": map[string]string{"cookie": "c"}}))
		require.NoError(t, b.Publish(context.Background(), e))
		want = append(want, e.ID())
	}
	idle(t, b)
	require.Equal(t, want, got.all())
}

func TestASlowDeliveryDoesNotHoldUpItsLane(t *testing.T) {
	hang := make(chan bool)
	var got seen
	b := start(t, broker.Config{}, fn("f", func(ctx context.Context, e events.Event) (*events.Event, error) {
		if e.ID() == "slow" {
			<-hang
		}
		return got.handle(ctx, e)
	}, "a"))
	for _, id := range []string{"slow", "1", "2"} {
		require.NoError(t, b.Publish(context.Background(), event("a", id, "partitionkey", "p")))
	}
	require.Eventually(t, func() bool { return len(got.all()) == 2 }, 5*time.Second, time.Millisecond)
	close(hang)
	idle(t, b)
	require.Equal(t, []string{"1", "2", "slow"}, got.all())
}

func TestAFunctionThatHangsDoesNotHoldUpTheOthers(t *testing.T) {
	hang := make(chan bool)
	var got, hung seen
	b := start(t, broker.Config{}, fn("hangs", func(ctx context.Context, e events.Event) (*events.Event, error) {
		<-hang
		return hung.handle(ctx, e)
	}, "a"), fn("other", got.handle, "b"))
	const n = 2500 // more than the broker takes from its file at a time
	var es []events.Event
	for i := range n {
		es = append(es, event("a", fmt.Sprint("a", i)))
	}
	require.NoError(t, b.Publish(context.Background(), append(es, event("b", "1"))...))
	require.Eventually(t, func() bool { return len(got.all()) == 1 }, 15*time.Second, time.Millisecond)
	close(hang)
	idle(t, b)
	require.Len(t, hung.all(), n)
}

func TestLinearAndExponentialPausesGrow(t *testing.T) {
	for name, c := range map[string]struct {
		policy string
		want   []time.Duration
	}{
		"exponential doubles": {"exponential", []time.Duration{200, 400, 800, 1600}},
		"linear adds":         {"linear", []time.Duration{200, 400, 600, 800}},
	} {
		t.Run(name, func(t *testing.T) {
			r := broker.Retry{Retry: 10, BackoffPolicy: c.policy, BackoffDelay: 200 * time.Millisecond}
			for i, want := range c.want {
				require.InDelta(t, float64(want*time.Millisecond), float64(r.Pause(i+1)), 0.11*float64(want*time.Millisecond))
			}
		})
	}
}

func TestRetrySettingsThatMakeNoSenseAreRefused(t *testing.T) {
	for want, r := range map[string]broker.Retry{
		"retry is -1":                    {Retry: -1, BackoffPolicy: "linear", BackoffDelay: 1},
		"back-off delay is 0s":           {Retry: 1, BackoffPolicy: "linear"},
		`back-off policy is "quadratic"`: {Retry: 1, BackoffPolicy: "quadratic", BackoffDelay: 1},
	} {
		_, err := broker.Open(broker.Config{Dir: t.TempDir(), Retry: r, Log: quiet})
		require.ErrorContains(t, err, want)
		require.True(t, strings.HasPrefix(err.Error(), "open broker: "))
	}
}
