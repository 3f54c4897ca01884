package broker_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/broker"
	"redthread.dev/shared/function"
)

// child is set in the process that is to be killed: the folder of its queue.
const child = "REDTHREAD_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(child); dir != "" {
		live(dir)
		return
	}
	os.Exit(m.Run())
}

// live is a broker whose last function writes what it gets into a file. Every
// third event fails once in a while.
func live(dir string) {
	out, err := os.OpenFile(filepath.Join(dir, "got"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	must(err)
	var fails atomic.Int64
	last := fn("last", func(_ context.Context, e events.Event) (*events.Event, error) {
		_, err := fmt.Fprintln(out, e.ID())
		return nil, err
	}, "b")
	first := fn("first", func(ctx context.Context, e events.Event) (*events.Event, error) {
		if fails.Add(1)%3 == 0 {
			return nil, errors.New("now and then")
		}
		return replying("b")(ctx, e)
	}, "a")
	b, err := broker.Open(broker.Config{Dir: dir, Log: quiet, Retry: broker.Retry{Retry: 100, BackoffPolicy: "linear", BackoffDelay: time.Millisecond}})
	must(err)
	must(b.Start(context.Background(), []*function.Function{first, last}))
	server := serveForever(b)
	fmt.Println(server)
	select {}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// born starts a child and returns it with the address it takes events at.
func born(t *testing.T, dir string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), child+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return cmd, strings.TrimSpace(line)
}

func TestNothingThatWasTakenIsLostWhenTheProcessIsKilled(t *testing.T) {
	dir := t.TempDir()
	var taken []string
	n := 0
	for round := range 6 {
		cmd, url := born(t, dir)
		end := time.Now().Add(time.Duration(20+40*round) * time.Millisecond)
		for time.Now().Before(end) {
			n++
			id := fmt.Sprint(n)
			res, err := http.Post(url, structured, strings.NewReader(
				`{"specversion":"1.0","id":"`+id+`","source":"/s","type":"a","data":{"customer":{"cookie":"`+id+`"}}}`))
			require.NoError(t, err)
			res.Body.Close()
			require.Equal(t, http.StatusAccepted, res.StatusCode)
			taken = append(taken, "re-"+id)
		}
		require.NoError(t, cmd.Process.Kill())
		cmd.Wait() //nolint:errcheck // it was killed
	}
	cmd, _ := born(t, dir)
	defer func() {
		cmd.Process.Kill() //nolint:errcheck
		cmd.Wait()         //nolint:errcheck
	}()
	missing := func() []string {
		text, err := os.ReadFile(filepath.Join(dir, "got"))
		require.NoError(t, err)
		got := map[string]bool{}
		for _, id := range strings.Fields(string(text)) {
			got[id] = true
		}
		var missing []string
		for _, id := range taken {
			if !got[id] {
				missing = append(missing, id)
			}
		}
		return missing
	}
	require.Eventually(t, func() bool { return len(missing()) == 0 }, 20*time.Second, 20*time.Millisecond)
	require.Greater(t, len(taken), 100)
	t.Logf("%d events taken, 6 kills, none lost", len(taken))
}

func TestAGracefulStopLosesNothingAndRepeatsNothing(t *testing.T) {
	dir := t.TempDir()
	var got seen
	slow := func(ctx context.Context, e events.Event) (*events.Event, error) {
		time.Sleep(time.Millisecond)
		return got.handle(ctx, e)
	}
	var want []string
	for round := range 3 {
		b := start(t, broker.Config{Dir: dir}, fn("slow", slow, "a"))
		for i := range 200 {
			id := fmt.Sprintf("%d-%d", round, i)
			require.NoError(t, b.Publish(context.Background(), event("a", id)))
			want = append(want, id)
		}
		stop(t, b)
	}
	idle(t, start(t, broker.Config{Dir: dir}, fn("slow", slow, "a")))
	require.ElementsMatch(t, want, got.all())
}

func TestRepetitionsGoOnAfterARestart(t *testing.T) {
	dir := t.TempDir()
	b := start(t, broker.Config{Dir: dir, Retry: broker.Retry{Retry: 10, BackoffPolicy: "linear", BackoffDelay: 50 * time.Millisecond}},
		fn("down", func(context.Context, events.Event) (*events.Event, error) { return nil, errors.New("down") }, "a"))
	require.NoError(t, b.Publish(context.Background(), event("a", "1")))
	time.Sleep(20 * time.Millisecond)
	stop(t, b)
	var got seen
	b, err := broker.Open(broker.Config{Dir: dir, Log: quiet})
	require.NoError(t, err)
	defer stop(t, b)
	require.EqualValues(t, 1, b.Waiting())
	require.NoError(t, b.Start(context.Background(), []*function.Function{fn("down", got.handle, "a")}))
	idle(t, b)
	require.Equal(t, []string{"1"}, got.all())
}

func TestIdleWaitsForAllThatFollows(t *testing.T) {
	var end seen
	release := make(chan bool)
	b := start(t, broker.Config{}, fn("first", replying("b"), "a"), fn("second", func(ctx context.Context, e events.Event) (*events.Event, error) {
		<-release
		return end.handle(ctx, e)
	}, "b"))
	require.NoError(t, b.Idle(context.Background()), "nothing was ever taken")
	require.NoError(t, b.Publish(context.Background(), event("a", "1")))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err := b.Idle(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "wait for 1 events")
	close(release)
	idle(t, b)
	require.Equal(t, []string{"re-1"}, end.all())
}
