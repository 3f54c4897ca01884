package queue_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

// files are the server's of the queue.
func files(dir string) string {
	return filepath.Join(dir, "jetstream", "$G", "streams", "EVENTS")
}

// remembered has a server write down that all items of a line were delivered, as earlier
// versions of ours did.
func remembered(t *testing.T, dir, line string, items int) {
	t.Helper()
	s, err := server.NewServer(&server.Options{ServerName: "redthread", DontListen: true, NoSigs: true, JetStream: true, StoreDir: dir})
	require.NoError(t, err)
	s.Start()
	require.True(t, s.ReadyForConnections(10*time.Second))
	conn, err := nats.Connect("", nats.InProcessServer(s))
	require.NoError(t, err)
	js, err := jetstream.New(conn)
	require.NoError(t, err)
	c, err := js.CreateConsumer(t.Context(), "EVENTS", jetstream.ConsumerConfig{Durable: line, FilterSubject: "queue." + line,
		AckPolicy: jetstream.AckExplicitPolicy, AckWait: 24 * time.Hour})
	require.NoError(t, err)
	batch, err := c.Fetch(items)
	require.NoError(t, err)
	n := 0
	for range batch.Messages() {
		n++
	}
	require.Equal(t, items, n)
	conn.Close()
	s.Shutdown()
	s.WaitForShutdown()
	require.FileExists(t, filepath.Join(files(dir), "obs", line, "o.dat"))
}

// A process that is killed while it removes what an earlier one remembered of its deliveries
// leaves any part of that: the items come all the same.
func TestWhatIsLeftOfAnEarlierProcessHoldsNothingBack(t *testing.T) {
	for name, gone := range map[string][]string{
		"all of it": nil, "no checksum": {"meta.sum"}, "no description": {"meta.inf"}, "its state only": {"meta.inf", "meta.sum"}, "no state": {"o.dat"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			q := open(t, dir)
			put(t, q, "a", "1", "2", "3")
			q.Close()
			remembered(t, dir, "a", 3)
			for _, file := range gone {
				require.NoError(t, os.Remove(filepath.Join(files(dir), "obs", "a", file)))
			}
			q = open(t, dir)
			require.Equal(t, []string{"1", "2", "3"}, taken(t, q, "a", 3, true))
		})
	}
}

// So does one that is killed while it makes the queue.
func TestAQueueThatWasHalfMadeKeepsItsItems(t *testing.T) {
	for _, gone := range [][]string{{"meta.sum"}, {"meta.inf", "meta.sum"}} {
		dir := t.TempDir()
		q := open(t, dir)
		q.Close()
		for _, file := range gone {
			require.NoError(t, os.Remove(filepath.Join(files(dir), file)))
		}
		q = open(t, dir)
		put(t, q, "a", "1", "2")
		q.Close()
		q = open(t, dir)
		require.Equal(t, []string{"1", "2"}, taken(t, q, "a", 2, false), "without %v", gone)
		q.Close()
	}
}
