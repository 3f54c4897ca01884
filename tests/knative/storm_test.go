package knative

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/intake/deadletter"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// TestNothingIsLostAndNothingIsDoneTwice has complaints come in for half a minute while
// something is wrong: each must end in one ticket, under one id.
func TestNothingIsLostAndNothingIsDoneTwice(t *testing.T) {
	c := open(t)
	for name, wrong := range map[string]func(context.Context, *testing.T){
		"instances are killed":             c.kills,
		"the database refuses everybody":   c.refuses,
		"a new revision is rolled out":     c.rolls,
		"the function is gone for a while": c.goes,
	} {
		t.Run(name, func(t *testing.T) {
			complaints := c.storm(t, 100, 250*time.Millisecond, wrong)
			began := time.Now()
			defer func() {
				if t.Failed() {
					c.whatBecameOf(t, complaints)
				}
			}()
			await(t, 5*time.Minute, "all complaints are tickets", func() bool {
				time.Sleep(time.Second)
				return len(tickets(t, complaints)) == len(complaints)
			})
			t.Logf("%d tickets, the last one %s after all was well again", len(complaints), time.Since(began).Round(time.Second))
			time.Sleep(15 * time.Second) // for what is late and too much
			for mention, ids := range tickets(t, complaints) {
				require.Len(t, ids, 1, "tickets of %s", mention)
			}
		})
	}
}

// whatBecameOf says how far complaints have come that are no tickets, and what on the node
// is not as it should be.
func (c *cluster) whatBecameOf(t *testing.T, complaints map[string]events.Event) {
	found := tickets(t, complaints)
	letters := map[string]deadletter.Letter{}
	for doc, err := range c.store.Query(context.Background(), store.Query{Collection: deadletter.Collection, Partition: deadletter.Partition}) {
		require.NoError(t, err)
		l, err := deadletter.Read(doc)
		require.NoError(t, err)
		letters[l.ID] = l
	}
	for mention, e := range complaints {
		if len(found[mention]) > 0 {
			continue
		}
		docs, err := c.store.Get(context.Background(), profile.JournalKey(events.Hash(e)))
		require.NoError(t, err)
		became := "never came to collect"
		if docs[0].Exists() {
			entry, err := profile.ReadEntry(docs[0])
			require.NoError(t, err)
			th, err := c.store.Get(context.Background(), thread.Key(entry.Profile))
			require.NoError(t, err)
			became = fmt.Sprintf("collected, its thread: %s", th[0].Data)
		}
		for id, l := range letters {
			if strings.HasPrefix(id, events.Hash(e)) {
				became += fmt.Sprintf("; dead letter of %s, %d: %s", l.Function, l.Code, l.Reason)
			}
		}
		t.Logf("%s, sent %s: %s", mention, e.Time().Format(time.TimeOnly), became)
	}
	out, err := c.try("get", "services.serving.knative.dev,revisions.serving.knative.dev,triggers,pods", "--namespace="+namespace, "--no-headers")
	require.NoError(t, err)
	for line := range strings.Lines(out) {
		if !strings.Contains(line, " True ") || strings.Contains(line, "social") {
			t.Log(strings.TrimSpace(line))
		}
	}
}

// storm sends complaints, each from somebody new, while something goes wrong: by what is
// found of them in a ticket.
func (c *cluster) storm(t *testing.T, n int, pause time.Duration, wrong func(context.Context, *testing.T)) map[string]events.Event {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	complaints := map[string]events.Event{}
	var wronged, sent sync.WaitGroup
	wronged.Go(func() { wrong(ctx, t) })
	for range n {
		e, mention := someone(t).complaint()
		body, err := json.Marshal(e)
		require.NoError(t, err)
		sent.Go(func() {
			if err := taken(c.ingress, body, ""); err != nil {
				t.Error(err)
			}
		})
		complaints[mention] = e
		time.Sleep(pause)
	}
	cancel()
	wronged.Wait()
	sent.Wait() // which may be long after: Knative's in-memory channel answers when all have been delivered to
	return complaints
}

// tickets are the ids of tickets by the mention in them.
func tickets(t *testing.T, complaints map[string]events.Event) map[string]map[string]bool {
	t.Helper()
	found := map[string]map[string]bool{}
	for _, i := range got(t, "ticket") {
		for m := range complaints {
			if strings.Contains(i.Body, m) {
				if found[m] == nil {
					found[m] = map[string]bool{}
				}
				found[m][i.ID] = true
			}
		}
	}
	return found
}

// rest waits, and says whether to go on.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// kills has the kernel kill one function's program after the other, in the middle of
// whatever it does.
func (c *cluster) kills(ctx context.Context, t *testing.T) {
	killed := 0
	for rest(ctx, 5*time.Second) { // faster, and the kubelet lets them rest
		for _, function := range []string{"collect", "socialcare", "ticket"} {
			for _, pid := range programs(t, function) {
				if syscall.Kill(pid, syscall.SIGKILL) == nil {
					killed++
				}
			}
			rest(ctx, time.Second)
		}
	}
	t.Logf("%d programs were killed", killed)
	if killed < 4 {
		t.Errorf("%d programs were killed, expected many", killed)
	}
}

// programs are the processes of a function on this node: those below its control group
// whose environment says so.
func programs(t *testing.T, function string) (pids []int) {
	found, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Error(err)
	}
	for _, file := range found {
		environ, err := os.ReadFile(file)
		groups, err2 := os.ReadFile(filepath.Join(filepath.Dir(file), "cgroup"))
		if err != nil || err2 != nil || !strings.Contains(string(groups), ":/redthread/kubepods") {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && strings.Contains("\x00"+string(environ), "\x00FUNCTION="+function+"\x00") {
			pids = append(pids, pid)
		}
	}
	return pids
}

// refuses has PostgreSQL end all connections and take no new ones, a few times for three
// seconds: functions answer 500 or 503 meanwhile.
func (c *cluster) refuses(ctx context.Context, t *testing.T) {
	conn, err := pgx.Connect(context.Background(), strings.Replace(database, "/redthread?", "/postgres?", 1))
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close(context.Background())
	do := func(sql string) {
		if _, err := conn.Exec(context.Background(), sql); err != nil {
			t.Error(err)
		}
	}
	for rest(ctx, 4*time.Second) {
		do("ALTER DATABASE redthread ALLOW_CONNECTIONS false")
		do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'redthread'")
		rest(ctx, 3*time.Second)
		do("ALTER DATABASE redthread ALLOW_CONNECTIONS true")
	}
}

// rolls gives the functions that have to do with complaints a new revision.
func (c *cluster) rolls(ctx context.Context, t *testing.T) {
	for i := 0; rest(ctx, 6*time.Second); i++ {
		function := []string{"collect", "socialcare", "ticket"}[i%3]
		patch := fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":{"redthread.dev/rolled":"%d"}}}}}`, time.Now().UnixNano())
		if _, err := c.try("patch", "service.serving.knative.dev", function, "--namespace="+namespace, "--type=merge", "--patch="+patch); err != nil {
			t.Error(err)
		}
	}
}

// goes takes a function away and brings it back.
func (c *cluster) goes(ctx context.Context, t *testing.T) {
	was, err := c.try("get", "service.serving.knative.dev", "socialcare", "--namespace="+namespace, "--output=json")
	if err == nil {
		_, err = c.try("delete", "service.serving.knative.dev", "socialcare", "--namespace="+namespace)
	}
	rest(ctx, 20*time.Second)
	if err == nil {
		err = c.restore(was)
	}
	if err != nil {
		t.Error(err)
	}
}
