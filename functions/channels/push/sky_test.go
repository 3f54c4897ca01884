package push

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/channel/google/googletest"
)

// sky is all hosts of the web at once: push services that check who asks and decrypt what
// they are given, as a browser does, and Google's. It is an http.RoundTripper to reach them
// by. What it checks with it has from the RFCs, not from the channel.
type sky struct {
	*testing.T
	http.RoundTripper
	*googletest.Office
	fcm googletest.API

	mu       sync.Mutex
	browsers map[string]*subscriber // by endpoint
	apps     []map[string]any       // what FCM was asked to send
	asked    []string               // hosts, in order
	answers  []http.HandlerFunc     // to what is asked next, before all else
}

func openSky(t *testing.T) *sky {
	s := &sky{T: t, Office: googletest.Open(t, scope), fcm: googletest.Discover(t, "fcm", "v1"), browsers: map[string]*subscriber{}}
	s.RoundTripper = channeltest.Web(t, s)
	return s
}

// ServeHTTP implements http.Handler.
func (s *sky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Host)
	if len(s.answers) > 0 && r.Host != googletest.Home {
		answer := s.answers[0]
		s.answers = s.answers[1:]
		answer(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = s.serve(w, r, body)
	}
	if err != nil {
		s.Errorf("%s %s: %v", r.Host, r.URL.Path, err)
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func (s *sky) serve(w http.ResponseWriter, r *http.Request, body []byte) error {
	switch {
	case r.Method != http.MethodPost:
		return fmt.Errorf("it is a %s", r.Method)
	case r.Host == googletest.Home:
		return s.SignIn(w, r, body)
	case strings.HasPrefix(r.URL.Path, "/v1/projects/"):
		return s.message(w, r, body)
	}
	b := s.browsers["https://"+r.Host+r.URL.RequestURI()]
	if b == nil {
		http.Error(w, `{"reason":"Unregistered"}`, http.StatusGone)
		return nil
	}
	w.Header().Set("Location", "https://"+r.Host+"/message/1")
	w.WriteHeader(http.StatusCreated)
	return b.take(r, body)
}

// message is FCM's method projects.messages.send.
func (s *sky) message(w http.ResponseWriter, r *http.Request, body []byte) error {
	if r.URL.Path != "/v1/projects/traad-trae/messages:send" || r.Host != "fcm.googleapis.com" {
		return errors.New("there is no such method")
	}
	if !s.Admits(w, r) {
		return nil
	}
	var asked map[string]any
	if err := errors.Join(json.Unmarshal(body, &asked), s.fcm.Fits("SendMessageRequest", body)); err != nil {
		return err
	}
	s.apps = append(s.apps, asked["message"].(map[string]any))
	fmt.Fprintf(w, `{"name":"projects/traad-trae/messages/%d"}`, len(s.apps))
	return nil
}

// next has what is asked next answered so.
func (s *sky) next(status int, body string, headers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}
