package function

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// echo answers with the event that came, about a made-up profile; what happens to
// others depends on their id.
func echo(_ context.Context, e events.Event) (*events.Event, error) {
	switch e.ID() {
	case "quiet":
		return nil, nil
	case "poison":
		panic("boom")
	case "wrong":
		return nil, Neverf("wrong for good")
	case "later":
		return nil, errors.New("store is down")
	case "slow":
		return nil, fmt.Errorf("read: %w", context.DeadlineExceeded)
	}
	reply := events.Resolved(e, "p-1")
	return &reply, nil
}

func server(t *testing.T) *httptest.Server {
	f := &Function{Manifest: Manifest{Name: "echo"}, Handle: echo}
	s := httptest.NewServer(f.Watched())
	t.Cleanup(s.Close)
	return s
}

func structured(id string) string {
	return `{"specversion":"1.0","id":"` + id + `","source":"/shop","type":"dev.redthread.basket.updated.v1","datacontenttype":"application/json","data":{"basket_id":"b"}}`
}

func post(t *testing.T, url, contentType, body string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", contentType)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, string(text)
}

const inStructuredMode = "application/cloudevents+json"

func TestAnEventInEachModeIsAnsweredInBinaryMode(t *testing.T) {
	s := server(t)
	for name, ask := range map[string]func() (*http.Response, string){
		"binary": func() (*http.Response, string) {
			return post(t, s.URL, "application/json", `{"basket_id":"b"}`, "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/shop", "ce-type", "dev.redthread.basket.updated.v1")
		},
		"structured": func() (*http.Response, string) { return post(t, s.URL, inStructuredMode, structured("1")) },
	} {
		res, body := ask()
		require.Equal(t, 200, res.StatusCode, name)
		require.Equal(t, "1", res.Header.Get("ce-id"), name)
		require.Equal(t, "p-1", res.Header.Get("ce-profileid"), name)
		require.JSONEq(t, `{"basket_id":"b"}`, body, name)
	}
}

func TestABatchIsAnsweredWithABatch(t *testing.T) {
	res, body := post(t, server(t).URL, "application/cloudevents-batch+json", "["+structured("1")+","+structured("quiet")+","+structured("2")+"]")
	require.Equal(t, 200, res.StatusCode)
	require.Equal(t, "application/cloudevents-batch+json", res.Header.Get("Content-Type"))
	var es []events.Event
	require.NoError(t, json.Unmarshal([]byte(body), &es))
	require.Len(t, es, 2)
	require.Equal(t, "2", es[1].ID())
	res, body = post(t, server(t).URL, "application/cloudevents-batch+json", "["+structured("1")+","+structured("wrong")+"]")
	require.Equal(t, 422, res.StatusCode)
	require.Equal(t, "event 1 of the batch: wrong for good\n", body)
}

func TestTheStatusSaysWhatABrokerIsToDo(t *testing.T) {
	for id, want := range map[string]int{"quiet": 204, "wrong": 422, "later": 500, "slow": 503, "poison": 422} {
		res, body := post(t, server(t).URL, inStructuredMode, structured(id))
		require.Equal(t, want, res.StatusCode, "%s: %s", id, body)
	}
	_, body := post(t, server(t).URL, inStructuredMode, structured("poison"))
	require.Equal(t, "echo: panic on basket.updated.v1 "+events.HashOf("/shop", "poison")+": boom\n", body)
	res, _ := post(t, server(t).URL, inStructuredMode, structured("1"))
	require.Equal(t, 200, res.StatusCode, "the next one is handled")
}

func TestWhatIsNoCloudEventIsToldWhy(t *testing.T) {
	s := server(t)
	for name, c := range map[string]struct {
		contentType, body string
		header            []string
		status            int
		want              string
	}{
		"plain json": {"application/json", `{}`, nil, 400, "not a CloudEvent: neither the header ce-specversion (binary mode) nor the content type " +
			"application/cloudevents+json (structured mode) is there, or the specversion is unknown; expected 1.0\n"},
		"no id and type":     {inStructuredMode, `{"specversion":"1.0","source":"/s"}`, nil, 400, "not a CloudEvent: id, type missing; id, source and type are required\n"},
		"binary without id":  {"application/json", `{}`, []string{"ce-specversion", "1.0", "ce-source", "/s", "ce-type", "t"}, 400, "not a CloudEvent: id missing; id, source and type are required\n"},
		"an old specversion": {inStructuredMode, `{"specversion":"0.3","id":"1","source":"/s","type":"t"}`, nil, 400, "not a CloudEvent: specversion is \"0.3\", expected 1.0\n"},
		"an old specversion in binary mode": {"application/json", `{}`, []string{"ce-specversion", "0.3", "ce-id", "1", "ce-source", "/s", "ce-type", "t"}, 400,
			"not a CloudEvent: specversion is \"0.3\", expected 1.0\n"},
		"a specversion to come": {inStructuredMode, `{"specversion":"2.0","id":"1","source":"/s","type":"t"}`, nil, 400, "not a CloudEvent: specversion is unknown, expected 1.0: 2.0\n"},
		"no specversion":        {inStructuredMode, `{"id":"1","source":"/s","type":"t"}`, nil, 400, "not a CloudEvent: specversion missing, expected 1.0\n"},
		"an empty source":       {inStructuredMode, `{"specversion":"1.0","id":"1","source":"","type":"t"}`, nil, 400, "not a CloudEvent: source or dataschema is no URI reference:\n"},
		"an id that is a number, among what nobody should read": {inStructuredMode, `{"specversion":"1.0","id":5,"source":"/s","type":"t","data":{"email":"a@shop.example"}}`, nil, 400,
			"not a CloudEvent: ReadString: expects \" or n, but found 5\n"},
		"too large":    {inStructuredMode, strings.Repeat("x", MaxBody+1), nil, 413, "body is larger than 524288 bytes\n"},
		"cut off json": {inStructuredMode, `{"specversion":"1.0","id":`, nil, 400, ""},
	} {
		res, body := post(t, s.URL, c.contentType, c.body, c.header...)
		require.Equal(t, c.status, res.StatusCode, "%s: %s", name, body)
		if c.want != "" {
			require.Equal(t, c.want, body, name)
		}
		require.NotEmpty(t, body, name)
	}
	res, err := http.Get(s.URL)
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, 405, res.StatusCode)
}

func TestAnEventInBothModesIsTheSame(t *testing.T) {
	r, err := http.NewRequest(http.MethodPost, "/", strings.NewReader(structured("1")))
	require.NoError(t, err)
	r.Header.Set("Content-Type", inStructuredMode)
	one, err := Decode(httptest.NewRecorder(), r)
	require.NoError(t, err)
	r, err = http.NewRequest(http.MethodPost, "/", strings.NewReader(`{"basket_id":"b"}`))
	require.NoError(t, err)
	for k, v := range map[string]string{"Content-Type": "application/json", "Ce-Specversion": "1.0", "Ce-Id": "1", "Ce-Source": "/shop", "Ce-Type": "dev.redthread.basket.updated.v1"} {
		r.Header.Set(k, v)
	}
	other, err := Decode(httptest.NewRecorder(), r)
	require.NoError(t, err)
	require.Equal(t, one[0].String(), other[0].String())
}

func TestAFunctionDrainsWhenItIsTold(t *testing.T) {
	begun, release := make(chan bool), make(chan bool)
	f := &Function{Manifest: Manifest{Name: "slowly"}, Handle: func(context.Context, events.Event) (*events.Event, error) {
		close(begun)
		<-release
		return nil, nil
	}}
	ctx, stop := context.WithCancel(context.Background())
	log := &lines{ch: make(chan string, 10)}
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, "127.0.0.1:0", f, slog.New(slog.NewJSONHandler(log, nil))) }()
	var up struct{ Addr string }
	require.NoError(t, json.Unmarshal([]byte(<-log.ch), &up))
	url := "http://" + up.Addr
	require.Equal(t, 200, get(t, url+"/readyz"))
	answered := make(chan int, 1)
	go func() {
		res, err := http.Post(url, inStructuredMode, strings.NewReader(structured("1")))
		if err != nil {
			answered <- 0
			return
		}
		res.Body.Close()
		answered <- res.StatusCode
	}()
	<-begun
	stop()
	require.Eventually(t, func() bool { return get(t, url+"/readyz") == 503 }, time.Second, 10*time.Millisecond, "not ready any more")
	require.Equal(t, 200, get(t, url+"/healthz"))
	close(release)
	require.Equal(t, 204, <-answered, "what was begun is finished")
	require.NoError(t, <-ended)
	_, err := net.Dial("tcp", up.Addr)
	require.Error(t, err)
}

type lines struct{ ch chan string }

func (l *lines) Write(p []byte) (int, error) {
	l.ch <- string(p)
	return len(p), nil
}

func get(t *testing.T, url string) int {
	res, err := http.Get(url)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	return res.StatusCode
}

func TestASlowClientIsNotWaitedForForEver(t *testing.T) {
	s := Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	require.LessOrEqual(t, s.ReadHeaderTimeout, 10*time.Second)
	s.ReadHeaderTimeout = 50 * time.Millisecond // the same server, less patient
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go s.Serve(l) //nolint:errcheck // it is closed below
	defer s.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Write([]byte("POST / HTTP/1.1\r\nHost: x\r\n"))
	require.NoError(t, err)
	require.NoError(t, c.SetReadDeadline(time.Now().Add(5*time.Second)))
	_, err = bufio.NewReader(c).ReadString('}')
	require.ErrorIs(t, err, io.EOF, "the server hung up")
}

func TestTheSinkTakesOnlyAYes(t *testing.T) {
	status := http.StatusAccepted
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) }))
	defer s.Close()
	emit := Sink(s.URL)
	e, err := events.New("/shop", "1", time.Now(), events.BasketUpdated{BasketID: "b"})
	require.NoError(t, err)
	require.NoError(t, emit(context.Background(), e))
	status = http.StatusServiceUnavailable
	require.ErrorContains(t, emit(context.Background(), e), "503")
	s.Close()
	require.Error(t, emit(context.Background(), e))
}

func TestARefusalQuotesNoMoreThanAFewWords(t *testing.T) {
	s := server(t)
	long := strings.Repeat("x", 100_000)
	for name, body := range map[string]string{
		"specversion": strings.Replace(structured("1"), `"1.0"`, `"`+long+`"`, 1),
		"source":      strings.Replace(structured("1"), `"/shop"`, `":`+long+`"`, 1),
		"time":        strings.Replace(structured("1"), `"id"`, `"time":"`+long+`","id"`, 1),
	} {
		res, said := post(t, s.URL, inStructuredMode, body)
		require.Equal(t, http.StatusBadRequest, res.StatusCode, name)
		require.Less(t, len(said), 600, name)
	}
}
