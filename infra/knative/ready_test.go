package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/function"
	"redthread.dev/tests/bench/beside"
	"redthread.dev/tests/emulators/stores"
)

// BenchmarkReady measures from exec to the first answer of collect, linked with one driver
// and on its store, beside a handler that is net/http and nothing else, in turn; and the
// memory of either once it has answered. Where Firestore's client asks its database
// something, that is in it.
func BenchmarkReady(b *testing.B) {
	for _, of := range []struct {
		name, tags string
		place      func(testing.TB) string
	}{
		{"sqlite", "", stores.SQLite}, {"postgres", "postgres", stores.Postgres},
		{"firestore", "firestore", stores.Firestore}, {"dynamodb", "dynamodb", stores.DynamoDB},
	} {
		b.Run(of.name, func(b *testing.B) {
			url, bare := of.place(b), filepath.Join(b.TempDir(), "bare")
			compiled(b, bare, "redthread.dev/tests/bench/bare")
			path := built(b, of.tags)
			ours := func() *exec.Cmd { // as in an image; certificates of this machine's own would be read and not be used
				return command(path, "FUNCTION=collect", "STORE="+url, "AWS_CA_BUNDLE=", "GOGC="+strconv.Itoa(function.SweepAt))
			}
			answered(b, ours(), "/readyz") // which makes what is kept in the store
			var mine, floor times
			for b.ResetTimer(); b.Loop(); {
				floor.add(answered(b, exec.Command(bare), "/"))
				mine.add(answered(b, ours(), "/readyz"))
			}
			b.ReportMetric(0, "ns/op")
			for unit, value := range map[string]float64{
				"ms": beside.Median(mine.ms), "bare-ms": beside.Median(floor.ms), "×bare": beside.Paired(mine.ms, floor.ms),
				"MB": beside.Median(mine.mb), "bare-MB": beside.Median(floor.mb),
			} {
				b.ReportMetric(value, unit)
			}
		})
	}
}

type times struct{ ms, mb []float64 }

func (t *times) add(took time.Duration, mb float64) {
	t.ms, t.mb = append(t.ms, float64(took.Microseconds())/1e3), append(t.mb, mb)
}

// served finds the port in the line that says where a program listens.
var served = regexp.MustCompile(`(?:^127\.0\.0\.1|"msg":"serving".*"addr":.*):(\d+)`)

// answered runs a program until it has answered once, and returns how long that took and
// how many megabytes it held.
func answered(b *testing.B, cmd *exec.Cmd, path string) (time.Duration, float64) {
	b.Helper()
	read, write, err := os.Pipe() // for both, as one tells it here and the other there
	require.NoError(b, err)
	defer read.Close()
	cmd.Stdout, cmd.Stderr = write, write
	begun := time.Now()
	require.NoError(b, cmd.Start())
	defer cmd.Wait()         //nolint:errcheck // it was killed
	defer cmd.Process.Kill() //nolint:errcheck // it may be gone
	require.NoError(b, write.Close())
	var said []string
	for lines := bufio.NewScanner(read); lines.Scan(); {
		port := served.FindStringSubmatch(lines.Text())
		if said = append(said, lines.Text()); port == nil {
			continue
		}
		res, err := http.Get("http://127.0.0.1:" + port[1] + path)
		took := time.Since(begun)
		require.NoError(b, err)
		require.NoError(b, res.Body.Close())
		require.Less(b, res.StatusCode, 300)
		time.Sleep(20 * time.Millisecond) // until it idles
		return took, resident(b, cmd.Process.Pid)
	}
	require.Fail(b, "it did not come up", strings.Join(said, "\n"))
	return 0, 0
}

// resident returns the megabytes of memory a process holds.
func resident(b *testing.B, pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(b, err)
	for line := range strings.Lines(string(text)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	require.Fail(b, "the kernel tells no VmRSS")
	return 0
}
