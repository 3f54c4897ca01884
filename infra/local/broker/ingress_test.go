package broker_test

import (
	"bufio"
	"context"
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
	"redthread.dev/infra/local/broker"
	"redthread.dev/shared/function"
)

const structured = "application/cloudevents+json"

func serve(t *testing.T, b *broker.Broker) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(b)
	limits := function.Server(b)
	limits.ReadTimeout, limits.ReadHeaderTimeout = 300*time.Millisecond, 300*time.Millisecond
	server.Config = limits
	server.Start()
	t.Cleanup(server.Close)
	return server
}

func post(t *testing.T, url, contentType, body string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, strings.TrimSuffix(string(text), "\n")
}

func TestIngressAnswers(t *testing.T) {
	var got seen
	b := start(t, broker.Config{}, fn("all", got.handle, "a"))
	url := serve(t, b).URL
	for name, c := range map[string]struct {
		contentType, body string
		headers           []string
		status            int
		answer            string
	}{
		"a structured event is taken": {structured, `{"specversion":"1.0","id":"1","source":"/s","type":"a","data":{}}`, nil, 202, ""},
		"a binary event is taken": {"application/json", `{}`,
			[]string{"ce-specversion", "1.0", "ce-id", "2", "ce-source", "/s", "ce-type", "a"}, 202, ""},
		"a batch is taken": {"application/cloudevents-batch+json",
			`[{"specversion":"1.0","id":"3","source":"/s","type":"a"},{"specversion":"1.0","id":"4","source":"/s","type":"a"}]`, nil, 202, ""},
		"not a CloudEvent": {"application/json", `{"hello":"world"}`, nil, 400,
			"not a CloudEvent: neither the header ce-specversion (binary mode) nor the content type application/cloudevents+json (structured mode) is there, or the specversion is unknown; expected 1.0"},
		"no id": {structured, `{"specversion":"1.0","source":"/s","type":"a"}`, nil, 400,
			"not a CloudEvent: id missing; id, source and type are required"},
		"no source": {structured, `{"specversion":"1.0","id":"1","type":"a"}`, nil, 400,
			"not a CloudEvent: source missing; id, source and type are required"},
		"no type": {structured, `{"specversion":"1.0","id":"1","source":"/s"}`, nil, 400,
			"not a CloudEvent: type missing; id, source and type are required"},
		"nothing at all":         {structured, ``, nil, 400, ""},
		"an unknown specversion": {structured, `{"specversion":"9.9","id":"1","source":"/s","type":"a"}`, nil, 400, ""},
		"an unknown specversion in binary mode": {"application/json", `{}`,
			[]string{"ce-specversion", "9.9", "ce-id", "2", "ce-source", "/s", "ce-type", "a"}, 400,
			"not a CloudEvent: neither the header ce-specversion (binary mode) nor the content type application/cloudevents+json (structured mode) is there, or the specversion is unknown; expected 1.0"},
		"a body over the limit": {structured, `{"specversion":"1.0","id":"1","source":"/s","type":"a","data":"` + strings.Repeat("x", function.MaxBody) + `"}`, nil, 413,
			"body is larger than 524288 bytes"},
		"a large event inside a batch": {"application/cloudevents-batch+json",
			`[{"specversion":"1.0","id":"3","source":"/s","type":"a","data":"` + strings.Repeat("x", broker.MaxEvent) + `"}]`, nil, 413, ""},
		"a batch with one that is none": {"application/cloudevents-batch+json",
			`[{"specversion":"1.0","id":"3","source":"/s","type":"a"},{"specversion":"1.0","id":"4","type":"a"}]`, nil, 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			status, answer := post(t, url, c.contentType, c.body, c.headers...)
			require.Equal(t, c.status, status, answer)
			t.Logf("%d %s", status, answer)
			if c.answer != "" || status == 202 {
				require.Equal(t, c.answer, answer)
			}
		})
	}
	idle(t, b)
	require.ElementsMatch(t, []string{"1", "2", "3", "4"}, got.all())
}

func TestOnlyPostIsTaken(t *testing.T) {
	res, err := http.Get(serve(t, start(t, broker.Config{})).URL)
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, http.StatusMethodNotAllowed, res.StatusCode)
}

// raw sends bytes as they are and returns the status line, if an answer comes.
func raw(t *testing.T, addr, request string, pause time.Duration, then string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, request)
	require.NoError(t, err)
	time.Sleep(pause)
	if then == "" {
		require.NoError(t, conn.(*net.TCPConn).CloseWrite())
	} else {
		io.WriteString(conn, then) //nolint:errcheck // the server may have hung up
	}
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return fmt.Sprintf("%d %s", res.StatusCode, strings.TrimSpace(string(text)))
}

func TestHalfABodyAndASlowClient(t *testing.T) {
	var got seen
	b := start(t, broker.Config{}, fn("all", got.handle, "a"))
	addr := serve(t, b).Listener.Addr().String()
	head := "POST / HTTP/1.1\r\nHost: shop\r\nContent-Type: application/cloudevents+json\r\nContent-Length: 100\r\n\r\n"
	half := `{"specversion":"1.0","id":"1",`

	require.Equal(t, "400 body could not be read to its end: unexpected EOF", raw(t, addr, head+half, 0, ""))
	slow := raw(t, addr, head+half, 600*time.Millisecond, `"source":"/s","type":"a"}`)
	require.Contains(t, slow, "400 body could not be read to its end: ")
	require.Contains(t, slow, "i/o timeout")
	require.Empty(t, raw(t, addr, "POST / HTTP/1.1\r\nHost: sh", 600*time.Millisecond, "op\r\n\r\n"), "slow headers get no answer, only an end")

	status, _ := post(t, "http://"+addr, structured, `{"specversion":"1.0","id":"after","source":"/s","type":"a"}`)
	require.Equal(t, 202, status)
	idle(t, b)
	require.Equal(t, []string{"after"}, got.all())
}

func TestAFullQueueRefusesEventsFromOutsideButNotReplies(t *testing.T) {
	release := make(chan bool)
	var end seen
	b := start(t, broker.Config{MaxBytes: 600}, fn("first", func(ctx context.Context, e events.Event) (*events.Event, error) {
		<-release
		return replying("b")(ctx, e)
	}, "a"), fn("second", end.handle, "b"))
	url := serve(t, b).URL
	body := `{"specversion":"1.0","id":"%d","source":"/s","type":"a","data":"` + strings.Repeat("x", 300) + `"}`
	var last int
	var answer string
	for i := range 5 {
		last, answer = post(t, url, structured, fmt.Sprintf(body, i))
	}
	require.Equal(t, 503, last)
	require.Equal(t, "the queue is full: events come faster than they are handled", answer)
	require.ErrorIs(t, b.Outside(t.Context(), event("a", "9")), broker.ErrFull)
	close(release)
	idle(t, b)
	require.Len(t, end.all(), 2)
	last, _ = post(t, url, structured, fmt.Sprintf(body, 9))
	require.Equal(t, 202, last)
}

func TestABrokerThatStopsRefuses(t *testing.T) {
	b := start(t, broker.Config{})
	url := serve(t, b).URL
	stop(t, b)
	status, answer := post(t, url, structured, `{"specversion":"1.0","id":"1","source":"/s","type":"a"}`)
	require.Equal(t, 503, status)
	require.Equal(t, "the broker is stopping", answer)
	require.ErrorIs(t, b.Publish(context.Background(), event("a", "1")), broker.ErrClosed)
	require.ErrorIs(t, b.Outside(context.Background(), event("a", "1")), broker.ErrClosed)
}

// serveForever serves b on a port of its own and returns its URL.
func serveForever(b *broker.Broker) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	go func() { must(function.Server(b).Serve(listener)) }()
	return "http://" + listener.Addr().String()
}
