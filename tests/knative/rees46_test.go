package knative

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/sqlite" // linked: sqlite:FILE
	"redthread.dev/tests/recordings"
)

// settings are those that Terraform gives to the functions on the node, as far as they
// matter to who browses and buys.
var settings = []string{"CHANNELS=email,sms,push,audience,ticket,crm", "ordersync.SYSTEMS=shop,loyalty,erp", "ordersync.BOOK_AFTER=1s",
	"affinity.EVERY=1m", "QUIET=off", "CONTROL=0", "HOLDOUT=0", "ATTENTION_DAY=1000", "ATTENTION_WEEK=1000", "basketrecovery.WAIT=1s", "storeretarget.WAIT=1s"}

// TestRecordedTrafficEndsInTheDocumentsOfInfraLocal sends 5,000 events of a real shop to
// the broker and to infra/local. They are moved to half an hour from now, so that no timer
// is due while they come in, in whatever order, but for those of bookings, which follow them
// by a second.
func TestRecordedTrafficEndsInTheDocumentsOfInfraLocal(t *testing.T) {
	c := open(t)
	sent := recorded(t, recordings.Path(t, "clickstream/rees46/2019-10-01-first10000.csv", "5,000 events"), 5000, time.Now().Add(30*time.Minute))

	file := filepath.Join(t.TempDir(), "redthread.db")
	post(t, alone(t, file), sent)
	local, err := store.Open(t.Context(), "sqlite:"+file)
	require.NoError(t, err)
	defer local.Close()
	want := settled(t, local, len(sent))

	c.forget(t)
	began := time.Now()
	post(t, func() string { return c.ingress }, sent)
	t.Logf("the broker took %d events in %s", len(sent), time.Since(began).Round(time.Second))
	have := settled(t, c.store, len(sent))
	t.Logf("%d documents after %s", len(have), time.Since(began).Round(time.Second))

	require.Greater(t, len(want), len(sent), "documents to be compared")
	require.Empty(t, differences(want, have))
}

// recorded are events of the recording, each as it is posted, moved so that the first is
// at a moment.
func recorded(t *testing.T, clicks string, n int, first time.Time) [][]byte {
	t.Helper()
	out, err := exec.Command("go", "run", "../../infra/local", "import", "-invent", "-limit", fmt.Sprint(n), "-o", "-", clicks).Output()
	require.NoError(t, err)
	var all [][]byte
	var by time.Duration
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var e events.Event
		require.NoError(t, json.Unmarshal(lines.Bytes(), &e))
		if by == 0 {
			by = first.Sub(e.Time())
		}
		e.SetTime(e.Time().Add(by))
		moved, err := json.Marshal(e)
		require.NoError(t, err)
		all = append(all, moved)
	}
	require.GreaterOrEqual(t, len(all), n)
	return all[:n]
}

// alone starts infra/local with its documents in a file, and returns where it listens.
func alone(t *testing.T, file string) func() string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "local")
	out, err := exec.Command("go", "build", "-o", program, "../../infra/local").CombinedOutput()
	require.NoError(t, err, "%s", out)
	args := []string{"serve", "-addr", "127.0.0.1:0", "-data", filepath.Dir(file), "-store", "sqlite:" + file, "-json"}
	for _, s := range settings {
		args = append(args, "-set", s)
	}
	cmd := exec.Command(program, args...)
	said, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() }) //nolint:errcheck // it may have ended
	var up struct{ URL string }
	require.NoError(t, json.NewDecoder(said).Decode(&up))
	return func() string { return up.URL }
}

// post posts events until each is taken, a customer's own one after the other.
func post(t *testing.T, url func() string, all [][]byte) {
	t.Helper()
	streams := make([][][]byte, 8)
	for _, e := range all {
		var who struct {
			Data struct{ Customer map[string]string } `json:"data"`
		}
		require.NoError(t, json.Unmarshal(e, &who))
		h := fnv.New32()
		io.WriteString(h, fmt.Sprint(who.Data.Customer)) //nolint:errcheck // never returns an error
		i := h.Sum32() % uint32(len(streams))
		streams[i] = append(streams[i], e)
	}
	var group sync.WaitGroup
	for _, stream := range streams {
		group.Go(func() {
			for _, e := range stream {
				if err := taken(url(), e, ""); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

// patient waits for an answer as long as a source may: then it sends the event again.
var patient = &http.Client{Timeout: 20 * time.Second}

// taken posts an event until it is. The request is of a trace, if there is one.
func taken(url string, e []byte, trace string) error {
	var err error
	for range 50 {
		var req *http.Request
		if req, err = http.NewRequest(http.MethodPost, url, bytes.NewReader(e)); err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/cloudevents+json")
		if trace != "" {
			req.Header.Set("Traceparent", trace)
		}
		var res *http.Response
		if res, err = patient.Do(req); err == nil {
			text, _ := io.ReadAll(res.Body) //nolint:errcheck // it is for the eye
			res.Body.Close()                //nolint:errcheck // it was read
			if res.StatusCode == http.StatusAccepted {
				return nil
			}
			err = fmt.Errorf("%s: %s", res.Status, text)
		}
		time.Sleep(200 * time.Millisecond)
	}
	return fmt.Errorf("an event was not taken: %w", err)
}

// forget empties the node's database.
func (c *cluster) forget(t *testing.T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`)
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.NotEmpty(t, tables)
	for i := range tables {
		tables[i] = pgx.Identifier{tables[i]}.Sanitize()
	}
	_, err = conn.Exec(t.Context(), "TRUNCATE "+strings.Join(tables, ", "))
	require.NoError(t, err)
}
