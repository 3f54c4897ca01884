package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// process is the program in a process of its own.
type process struct {
	*exec.Cmd
	url string
}

func up(t *testing.T, data string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], append([]string{"serve", "-addr", "127.0.0.1:0", "-data", data, "-json"}, args...)...)}
	p.Env = append(os.Environ(), asProgram+"=1")
	out, err := p.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	t.Cleanup(func() {
		p.Process.Kill() //nolint:errcheck // it may have ended
		p.Wait()         //nolint:errcheck
	})
	var text strings.Builder
	for s := bufio.NewScanner(out); s.Scan(); {
		text.WriteString(s.Text())
		if s.Text() == "}" {
			break
		}
	}
	p.url = object[struct{ URL string }](t, text.String()).URL
	return p
}

func (p *process) addr() string { return strings.TrimPrefix(p.url, "http://") }

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(text)
}

func TestServeSendAndDeadLetters(t *testing.T) {
	data := t.TempDir()
	p := up(t, data)
	status, text := get(t, p.url+"/readyz")
	require.Equal(t, "200 ok\n", fmt.Sprint(status, " ", text))
	status, text = get(t, p.url+"/metrics")
	require.Equal(t, 200, status)
	require.Contains(t, text, "redthread_queue_events 0")

	code, out, errs := call(t, "send", "-data", data, "-sample", "basket.updated")
	require.Zero(t, code, errs)
	require.Regexp(t, `^202 basket.updated.v1 [0-9a-f-]{36}\n$`, out)
	code, out, _ = callWith(t, "hello", "send", "-addr", p.addr(), "-raw", "-")
	require.Equal(t, 1, code)
	require.Contains(t, out, "400")

	code, out, _ = call(t, "send", "-data", data, "-binary", "-sample", "order.placed", "-set", "data.total.amount=-5", "-set", "id=bad-1", "-json")
	require.Zero(t, code)
	require.Equal(t, 1, object[struct{ Sent int }](t, out).Sent)
	type listed struct {
		Letters []struct{ ID, Function, Reason string } `json:"dead_letters"`
	}
	var letters listed
	require.Eventually(t, func() bool {
		_, out, _ = call(t, "deadletters", "-data", data, "-json")
		letters = object[listed](t, out)
		return len(letters.Letters) == 1
	}, 10*time.Second, 20*time.Millisecond)
	require.Equal(t, "collect", letters.Letters[0].Function)
	require.Contains(t, letters.Letters[0].Reason, "/total/amount")

	_, out, _ = call(t, "deadletters", "show", letters.Letters[0].ID, "-data", data)
	require.Contains(t, out, "collect gave up order.placed.v1 1 time(s)")
	require.Contains(t, out, `"id": "bad-1"`)
	code, out, errs = call(t, "deadletters", "resend", "-all", "-function", "collect", "-data", data)
	require.Zero(t, code, errs)
	require.Contains(t, out, "1 sent again, 0 refused")
	require.Eventually(t, func() bool {
		_, out, _ = call(t, "deadletters", "list", "-data", data)
		return strings.Contains(out, "order.placed.v1")
	}, 10*time.Second, 20*time.Millisecond, "it is as bad as before")
	code, _, errs = call(t, "deadletters", "show", "nosuch", "-data", data)
	require.Equal(t, 1, code)
	require.Contains(t, errs, `dead letter "nosuch": there is none`)

	code, _, errs = call(t, "serve", "-addr", "127.0.0.1:0", "-data", data)
	require.Equal(t, 1, code)
	require.Contains(t, errs, "another redthread is at work there, serving "+p.url)
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.Wait(), "it ends well when it is told to")
}

// journal returns how often each event is journalled, by id.
func journal(t *testing.T, data string) map[string]int {
	t.Helper()
	s, err := store.Open(context.Background(), "sqlite:"+data+"/redthread.db")
	require.NoError(t, err)
	defer s.Close()
	seen := map[string]int{}
	for doc, err := range s.Query(context.Background(), store.Query{Collection: profile.Journal}) {
		require.NoError(t, err)
		e, err := profile.ReadJournal(doc)
		require.NoError(t, err)
		seen[e.ID()]++
	}
	return seen
}

func TestKilledAgainAndAgainEveryEventIsJournalledOnce(t *testing.T) {
	data := t.TempDir()
	var taken []string
	for round := range 4 {
		p := up(t, data)
		end := time.Now().Add(time.Duration(100+60*round) * time.Millisecond)
		for i := 0; i < 15 || time.Now().Before(end); i++ { // at least so many on a busy machine
			id := fmt.Sprintf("%d-%d", round, i)
			res, err := http.Post(p.url, "application/cloudevents+json", strings.NewReader(
				`{"specversion":"1.0","id":"`+id+`","source":"/shop","type":"dev.redthread.product.viewed.v1","time":"2026-03-02T10:00:00Z",`+
					`"datacontenttype":"application/json","data":{"customer":{"cookie":"c-`+fmt.Sprint(i%9)+`"},"sku":"BOOT-42"}}`))
			require.NoError(t, err)
			res.Body.Close()
			require.Equal(t, http.StatusAccepted, res.StatusCode)
			taken = append(taken, id)
		}
		require.NoError(t, p.Process.Kill())
		p.Wait() //nolint:errcheck // it was killed
	}
	p := up(t, data)
	require.Eventually(t, func() bool {
		_, text := get(t, p.url+"/metrics")
		return strings.Contains(text, "redthread_queue_events 0")
	}, 20*time.Second, 50*time.Millisecond)
	require.NoError(t, p.Process.Signal(os.Interrupt))
	require.NoError(t, p.Wait())
	seen := journal(t, data)
	for _, id := range taken {
		require.Equal(t, 1, seen[id], id)
	}
	require.Len(t, seen, len(taken))
	require.Greater(t, len(taken), 50)
}
