package conformance

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/function"
)

// door is a place that takes events.
type door struct {
	name string
	url  string
	// took is the one event that came of a request that was answered so: nil, unless it was
	// taken as the door takes events.
	took func(t *testing.T, mode string, res *http.Response) *official
}

// doors are the ingress of one machine, whose events come out at a function behind the
// queue, and the server of a function that answers with what it gets.
func doors(t *testing.T) []door {
	return []door{ingress(t), server(t)}
}

// probe is a function that keeps what it gets.
type probe struct {
	mu  sync.Mutex
	got []events.Event
}

func (p *probe) handle(_ context.Context, e events.Event) (*events.Event, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, e)
	return nil, nil
}

func (p *probe) taken() []events.Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	got := p.got
	p.got = nil
	return got
}

func ingress(t *testing.T) door {
	p := &probe{}
	s, err := suite.Open(t.Context(), suite.Config{Data: t.TempDir(), Store: "memory:", Log: slog.New(slog.DiscardHandler),
		Functions: []function.Spec{{Name: "probe", New: func(function.Env) (*function.Function, error) {
			m := function.Manifest{Name: "probe", Group: "intake", Triggers: []function.Trigger{{Filter: "source <> '/redthread/clock'"}}}
			return &function.Function{Manifest: m, Handle: p.handle}, nil
		}}}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close(context.Background())) })
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	return door{"ingress", server.URL, func(t *testing.T, _ string, res *http.Response) *official {
		late, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		require.NoError(t, s.Broker.Idle(late))
		got := p.taken()
		if res.StatusCode != http.StatusAccepted {
			require.Empty(t, got, "what is refused is not delivered")
			return nil
		}
		require.Len(t, got, 1)
		return whole(t, got[0])
	}}
}

// whole is an event as it came out of the queue; it is written in JSON by its own
// encoder, and read by this test's.
func whole(t *testing.T, e events.Event) *official {
	kind := e.DataContentType()
	text, err := json.Marshal(e)
	require.NoError(t, err)
	o := inJSON(t, "", text)
	o.data, o.none = e.Data(), len(e.Data()) == 0
	delete(o.attributes, "datacontenttype")
	if kind != "" {
		o.attributes["datacontenttype"] = kind
	}
	return &o
}

func server(t *testing.T) door {
	f := &function.Function{Manifest: function.Manifest{Name: "echo"}, Handle: func(_ context.Context, e events.Event) (*events.Event, error) { return &e, nil }}
	server := httptest.NewServer(f.Watched())
	t.Cleanup(server.Close)
	return door{"function", server.URL, func(t *testing.T, mode string, res *http.Response) *official {
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		switch {
		case res.StatusCode != http.StatusOK:
			return nil
		case mode == "batch":
			require.Equal(t, "application/cloudevents-batch+json", res.Header.Get("Content-Type"))
			var es []json.RawMessage
			require.NoError(t, json.Unmarshal(body, &es))
			require.Len(t, es, 1)
			o := inJSON(t, "", es[0])
			return &o
		}
		return answered(t, res.Header, body)
	}}
}

// answered reads an answer in binary mode.
func answered(t *testing.T, header http.Header, body []byte) *official {
	require.Empty(t, header.Get("ce-datacontenttype"), "the content type says it (3.1.1)")
	o := official{attributes: map[string]string{}, data: body, none: len(body) == 0}
	for name := range header {
		attribute, ok := strings.CutPrefix(strings.ToLower(name), "ce-")
		if !ok {
			continue
		}
		require.Regexp(t, `^[!-~]*$`, header.Get(name), "printable ASCII only (3.1.3.2)")
		value, err := url.PathUnescape(header.Get(name))
		require.NoError(t, err)
		o.attributes[attribute] = value
	}
	if kind := header.Get("Content-Type"); kind != "" && !o.none {
		o.attributes["datacontenttype"] = kind
	}
	return &o
}
