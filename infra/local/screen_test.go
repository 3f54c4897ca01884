package main

import (
	"bufio"
	"encoding/json"
	"io"
	"mime/quotedprintable"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asked reads what the page asks for, below a server's address.
func asked[T any](t *testing.T, url string) T {
	t.Helper()
	var got T
	status, text := get(t, url)
	require.Equal(t, http.StatusOK, status, text)
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	return got
}

func TestThePageShowsTheMailThatWasSent(t *testing.T) {
	data := t.TempDir()
	p := up(t, data, "-speed", "60x", "-set", "basketrecovery.WAIT=1m", "-set", "QUIET=off", "-set", "HOLDOUT=0", "-set", "CONTROL=0")
	status, out, errs := call(t, "send", "-data", data, "-addr", p.addr(), left(t))
	require.Zero(t, status, errs+out)
	var sent []string
	require.Eventually(t, func() bool {
		sent, _ = filepath.Glob(filepath.Join(data, "outbox", "*.eml"))
		return len(sent) > 0
	}, 30*time.Second, 100*time.Millisecond)

	id := strings.TrimSuffix(filepath.Base(sent[0]), ".eml")
	shown := asked[struct{ Text, HTML string }](t, p.url+"/api/actions/"+id)
	require.Contains(t, shown.Text, p.url+"/unsubscribe?t=")
	require.Contains(t, shown.Text, p.url+"/c?t=", "a click is told of")
	mail, err := os.ReadFile(sent[0])
	require.NoError(t, err)
	_, body, found := strings.Cut(string(mail), "\r\n\r\n")
	require.True(t, found)
	text, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
	require.NoError(t, err)
	require.Contains(t, strings.ReplaceAll(string(text), "\r\n", "\n"), shown.Text)
	status, page := get(t, p.url+shown.HTML)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, p.url+"/unsubscribe?t=")

	require.Equal(t, 60.0, asked[struct{ Speed float64 }](t, p.url+"/api/state").Speed)
}

func TestThePageOfADemoSaysHowFastItGoes(t *testing.T) {
	for speed, want := range map[string]float64{"3600x": 3600, "0": -1} {
		cmd := exec.Command(os.Args[0], "demo", "-addr", "127.0.0.1:0", "-data", t.TempDir(), "-speed", speed, "-days", "300")
		cmd.Env = append(os.Environ(), asProgram+"=1")
		errs, err := cmd.StderrPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		t.Cleanup(func() {
			cmd.Process.Kill() //nolint:errcheck // it may have ended
			cmd.Wait()         //nolint:errcheck
		})
		line, err := bufio.NewReader(errs).ReadString('\n')
		require.NoError(t, err)
		url := regexp.MustCompile(`http://\S+`).FindString(line)
		require.NotEmpty(t, url, line)
		require.Equal(t, want, asked[struct{ Speed float64 }](t, url+"/api/state").Speed, "-speed %s", speed)
	}
}
