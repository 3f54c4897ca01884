package crash

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var bin string // folder of the program

func TestMain(m *testing.M) {
	flag.Parse()
	var err error
	if bin, err = os.MkdirTemp("", "redthread-crash-bin-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(bin)
	os.Exit(status)
}

var build = sync.OnceValues(func() ([]byte, error) {
	cmd := exec.Command("go", "build", "-o", bin, "./infra/local")
	cmd.Dir = "../.."
	return cmd.CombinedOutput()
})

// program builds what is deployed, without the race detector: it would take four times
// as long, and the packages have their own tests under it.
func program(t *testing.T) string {
	t.Helper()
	for _, dir := range []string{"events", "functions", "shared", "infra/local"} {
		consulted(t, filepath.Join("../..", dir))
	}
	out, err := build()
	require.NoError(t, err, "go build: %s", out)
	return filepath.Join(bin, "local")
}

// consulted looks at the files that the program is made of, so that go test runs this
// test again, and not from its cache, when one of them has changed.
func consulted(t *testing.T, dir string) {
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err == nil && !strings.HasSuffix(path, "_test.go") {
			_, err = os.Stat(path)
		}
		return err
	}))
}

// keys make the same events the same customers in every town.
const keys = "IDENTITY_KEY=5e1d8f2c4b7a90365e1d8f2c4b7a90365e1d8f2c4b7a90365e1d8f2c4b7a9036\n" +
	"LINK_KEY=93b1c07de2f45a6893b1c07de2f45a6893b1c07de2f45a6893b1c07de2f45a68\n" +
	"INSIDE_KEY=" + insideKey + "\n"

// insideKey lets the source send what only redthread itself does, so that functions
// other than collect have something to refuse.
const insideKey = "0d7c5e1b9a8f46230d7c5e1b9a8f46230d7c5e1b9a8f46230d7c5e1b9a8f4623"

// host is the program at work in a data folder, one process after another.
type host struct {
	t        *testing.T
	path     string
	data     string
	place    string // URL of its store
	log      *os.File
	settings []string
	cmd      *exec.Cmd
	began    time.Time // real, when the step's clock was at
	clock    time.Time
	url      atomic.Value // of the process that is up, or was

	starts  int
	waking  time.Duration // in all, from exec to ready
	slowest time.Duration
	found   []int64 // events in the queue's file at each start
}

func newHost(t *testing.T, path, name string, also ...string) *host {
	t.Helper()
	data, err := os.MkdirTemp("", "redthread-crash-"+name+"-")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(data, "keys"), []byte(keys), 0o600))
	h := &host{t: t, path: path, data: data, place: "sqlite:" + filepath.Join(data, "redthread.db"), settings: slices.Concat(settings, also)}
	h.log, err = os.Create(filepath.Join(data, "log"))
	require.NoError(t, err)
	t.Cleanup(func() {
		h.kill()
		h.log.Close()
		if t.Failed() {
			t.Logf("what %s has done is left in %s, its log in %s", name, data, h.log.Name())
			return
		}
		os.RemoveAll(data)
	})
	return h
}

// at sets the clock that the next process begins with; from then on it runs.
func (h *host) at(clock time.Time) { h.clock, h.began = clock, time.Now() }

func (h *host) now() time.Time { return h.clock.Add(time.Since(h.began)) }

// exec starts a process and returns what it will say when it is ready.
func (h *host) exec() (io.Reader, error) {
	args := []string{"serve", "-addr", "127.0.0.1:0", "-data", h.data, "-store", h.place, "-json", "-start", h.now().Format(time.RFC3339Nano),
		"-retry", "30", "-backoff", "linear"} // a lease that a killed process holds is soon over
	for _, s := range h.settings {
		args = append(args, "-set", s)
	}
	h.cmd = exec.Command(h.path, args...)
	h.cmd.Stderr = h.log
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return out, h.cmd.Start()
}

// start starts a process and waits until it is ready.
func (h *host) start() error {
	began := time.Now()
	out, err := h.exec()
	if err != nil {
		return err
	}
	var up struct {
		URL     string
		Waiting int64
	}
	if err := json.NewDecoder(out).Decode(&up); err != nil {
		return fmt.Errorf("the program did not come up: %w", err)
	}
	took := time.Since(began)
	h.starts, h.waking, h.slowest = h.starts+1, h.waking+took, max(h.slowest, took)
	h.found = append(h.found, up.Waiting)
	h.url.Store(up.URL)
	return nil
}

// kill ends the process as a power cut of the machine's mind would: it does nothing
// more, not even close a file.
func (h *host) kill() {
	if h.cmd != nil && h.cmd.Process != nil {
		h.cmd.Process.Kill() //nolint:errcheck // it may have ended
		h.cmd.Wait()         //nolint:errcheck // it was killed
	}
}

// stop asks the process to end.
func (h *host) stop() {
	h.t.Helper()
	require.NoError(h.t, h.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(h.t, h.cmd.Wait(), "it ends well when it is told to")
	h.cmd = nil
}

var asking = &http.Client{Timeout: 10 * time.Second}

// waiting asks the process how many events are in its queue.
func (h *host) waiting() (n int64, err error) {
	res, err := asking.Get(h.url.Load().(string) + "/metrics")
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(text), "\nredthread_queue_events ")
	var value float64
	_, err = fmt.Sscan(after, &value)
	return int64(value), err
}

// complaints are the lines of the log that somebody should see to.
func (h *host) complaints() []string {
	text, err := os.ReadFile(h.log.Name())
	require.NoError(h.t, err)
	var lines []string
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, `"level":"ERROR"`) || strings.Contains(line, "panic") {
			lines = append(lines, line)
		}
	}
	return lines
}
