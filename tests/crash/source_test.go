package crash

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"redthread.dev/events"
)

// connections is how many send at a time. A customer's events all come over one of
// them, in order, as a customer is in one place at a time.
const connections = 8

// patience is how long anything may take before the test gives up.
const patience = 3 * time.Minute

// source sends events as the shop's systems do: one at a time or in batches; what was
// not answered with 202 is sent again, what was is not.
type source struct {
	url    func() string
	events []events.Event
	random *rand.Rand
	client *http.Client
	taken  *atomic.Int64 // events that were answered with 202
	again  *atomic.Int64 // … and that were sent once more since the connection broke before the answer
}

// send sends the events over all connections and returns when all are taken.
func send(url func() string, es []events.Event, seed uint64, taken, again *atomic.Int64) error {
	streams := make([][]events.Event, connections)
	for _, e := range es {
		i := max(0, customerOf(e)) % connections
		streams[i] = append(streams[i], e)
	}
	failed := make([]error, connections)
	var all sync.WaitGroup
	for i, stream := range streams {
		all.Go(func() {
			s := &source{url: url, events: stream, random: rand.New(rand.NewPCG(seed, uint64(i))),
				client: &http.Client{Transport: &http.Transport{}, Timeout: 20 * time.Second}, taken: taken, again: again}
			defer s.client.CloseIdleConnections()
			failed[i] = s.run()
		})
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *source) run() error {
	for len(s.events) > 0 {
		n := 1
		if s.random.IntN(2) == 0 {
			n = min(len(s.events), 2+s.random.IntN(40))
		}
		if err := s.deliver(s.events[:n]); err != nil {
			return err
		}
		s.events = s.events[n:]
	}
	return nil
}

// deliver repeats a request until it is answered with 202.
func (s *source) deliver(es []events.Event) error {
	body, kind, err := request(es)
	if err != nil {
		return err
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		req, err := http.NewRequest(http.MethodPost, s.url(), bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Authorization", "Bearer "+insideKey)
		res, err := s.client.Do(req)
		if errors.Is(err, syscall.ECONNREFUSED) {
			continue
		}
		if err != nil {
			s.again.Add(int64(len(es)))
			continue
		}
		text, _ := io.ReadAll(res.Body)
		res.Body.Close()
		switch {
		case res.StatusCode == http.StatusAccepted:
			s.taken.Add(int64(len(es)))
			return nil
		case res.StatusCode < 500:
			return fmt.Errorf("send %d events, the first %q: %s: %s", len(es), es[0].ID(), res.Status, text)
		}
		s.again.Add(int64(len(es)))
	}
	return fmt.Errorf("send %d events, the first %q: not taken in %s", len(es), es[0].ID(), patience)
}

func request(es []events.Event) (body []byte, kind string, err error) {
	if len(es) == 1 {
		body, err = json.Marshal(es[0])
		return body, "application/cloudevents+json", err
	}
	body, err = json.Marshal(es)
	return body, "application/cloudevents-batch+json", err
}
