package console

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/store/memory"
)

// listener is a page that watches.
type listener struct {
	t    *testing.T
	body io.ReadCloser
	text *bufio.Scanner
	id   string
}

func listen(t *testing.T, address, lastID string) *listener {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/api/live", nil)
	require.NoError(t, err)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Equal(t, "text/event-stream", answer.Header.Get("Content-Type"))
	l := &listener{t: t, body: answer.Body, text: bufio.NewScanner(answer.Body)}
	l.text.Buffer(nil, 8<<20)
	t.Cleanup(func() { l.body.Close() })
	return l
}

// next returns what is told next, or false when there is nothing more.
func (l *listener) next() (State, bool) {
	for l.text.Scan() {
		if id, ok := strings.CutPrefix(l.text.Text(), "id: "); ok {
			l.id = id
		}
		if data, ok := strings.CutPrefix(l.text.Text(), "data: "); ok {
			var s State
			require.NoError(l.t, json.Unmarshal([]byte(data), &s))
			return s, true
		}
	}
	return State{}, false
}

// until listens until an event was told.
func (l *listener) until(id string) State {
	for {
		s, ok := l.next()
		require.True(l.t, ok, "the stream ended")
		for _, x := range s.Strands {
			if x.ID == id {
				return s
			}
		}
	}
}

func TestEveryPageHearsOfAnEventAtOnce(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	pages := []*listener{listen(t, s.URL, ""), listen(t, s.URL, ""), listen(t, s.URL, "")}
	for _, p := range pages {
		first, _ := p.next()
		require.True(t, first.Fresh)
		require.Empty(t, first.Strands)
	}
	began := time.Now()
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	for _, p := range pages {
		told := p.until("b-1")
		require.False(t, told.Fresh)
		require.Equal(t, "act", last(told).Decisions[0].Verdict)
		require.Len(t, told.Pace, paceSeconds)
	}
	require.Less(t, time.Since(began), 2*time.Second)
}

func TestAPageThatComesBackHearsOnlyWhatIsNew(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	who := w.mette(true)
	w.say("b-1", basket(who, "b-1", "Alpakagarn"))
	first := listen(t, s.URL, "")
	first.until("b-1")
	first.body.Close()
	w.say("b-2", basket(who, "b-2", "Alpakagarn"))
	back, ok := listen(t, s.URL, first.id).next()
	require.True(t, ok)
	require.False(t, back.Fresh)
	require.Equal(t, "b-2", last(back).ID)
	require.Len(t, back.Strands, 1)

	other, ok := listen(t, s.URL, "another process-7").next()
	require.True(t, ok)
	require.True(t, other.Fresh, "what another process told is forgotten")
	require.Len(t, other.Strands, 5)
}

func TestAPageHearsThatTheSuiteIsAliveWhenNothingHappens(t *testing.T) {
	w := newTown(t)
	l := listen(t, w.serve().URL, "")
	for range 3 {
		s, ok := l.next()
		require.True(t, ok)
		require.Empty(t, s.Strands)
	}
}

func TestCloseEndsWhatIsWatched(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	l := listen(t, s.URL, "")
	l.next()
	require.NoError(t, w.console.Close())
	_, ok := l.next()
	require.False(t, ok)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	require.NoError(t, s.Config.Shutdown(ctx))
}

func TestAStreamOutlivesTheServersPatience(t *testing.T) {
	w := newTown(t)
	s := httptest.NewUnstartedServer(w.console)
	s.Config.WriteTimeout = 300 * time.Millisecond
	s.Start()
	t.Cleanup(func() { w.console.Close(); s.Close() })
	l := listen(t, s.URL, "")
	for range 3 { // one a second
		_, ok := l.next()
		require.True(t, ok)
	}
}

func TestThereIsRoomForSoManyPages(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	for range maxPages {
		w.console.seats <- struct{}{}
	}
	answer, err := http.Get(s.URL + "/api/live")
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusServiceUnavailable, answer.StatusCode)
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Contains(t, string(text), "64 pages are watching already")
	<-w.console.seats
	listen(t, s.URL, "").next()
}

func TestAPageThatDoesNotListenIsDroppedAndHoldsUpNobody(t *testing.T) {
	c := New(Config{Store: memory.New()})
	c.slow = time.Second
	s := httptest.NewUnstartedServer(c)
	s.Config.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		conn.(*net.TCPConn).SetWriteBuffer(4 << 10) //nolint:errcheck // small, so that it is soon full
		return ctx
	}
	s.Start()
	t.Cleanup(func() { c.Close(); s.Close() })
	deaf, err := net.Dial("tcp", s.Listener.Addr().String())
	require.NoError(t, err)
	defer deaf.Close()
	require.NoError(t, deaf.(*net.TCPConn).SetReadBuffer(4<<10))
	_, err = fmt.Fprintf(deaf, "GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(c.seats) == 1 }, 5*time.Second, time.Millisecond)

	source := "/" + strings.Repeat("web", 100)
	slowest := time.Duration(0)
	for i := 0; len(c.seats) == 1; i++ {
		require.Less(t, i, 1_000_000, "it is still there")
		e, err := events.New(source, fmt.Sprint(i), monday, events.ProductViewed{SKU: "A"})
		require.NoError(t, err)
		began := time.Now()
		c.Event(e)
		slowest = max(slowest, time.Since(began))
		if i%100 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	require.Less(t, slowest, c.slow, "nobody waited for it")
}
