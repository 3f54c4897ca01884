// Package office is the world that a shop on the node writes to: a mail server, the other
// end of signed webhooks, and a push service of browsers. It keeps what it gets, and shows it to who asks.
package office

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Secret is what webhooks to the office are signed with. It is secret from nobody.
const Secret = "whsec_cmVkdGhyZWFkJ3MgdGVzdCBub2RlIGlzIG5vdCBhIHNob3A="

// Ports of the office.
const (
	SMTP = "2525"
	HTTP = "8025" // for who wants to see what has come
	TLS  = "8443" // for webhooks
	Push = "443"  // for pushes, as browsers' addresses have no other port
)

// Item is something that has come.
type Item struct {
	Kind    string    `json:"kind"` // mail, push, or the last part of the webhook's path
	At      time.Time `json:"at"`
	ID      string    `json:"id"`           // of the action, or of the webhook; of a push its topic
	To      string    `json:"to,omitempty"` // of mails; of a push, which browser
	Subject string    `json:"subject,omitempty"`
	Sender  string    `json:"sender,omitempty"` // of a push: the key that it was signed with
	Body    string    `json:"body"`             // of a push in base64, as none but the browser can read it
}

type office struct {
	check *standardwebhooks.Webhook
	mu    sync.Mutex
	items []Item
}

// Serve serves mail and webhooks at an address until one of them fails. The certificate
// and its key are files.
func Serve(host, certificate, key string) error {
	check, err := standardwebhooks.NewWebhook(Secret)
	if err != nil {
		return err
	}
	o := &office{check: check}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{office: o}, nil }))
	server.Domain, server.Addr, server.ErrorLog = "office.redthread.test", net.JoinHostPort(host, SMTP), log.Default()
	server.ReadTimeout, server.WriteTimeout, server.MaxMessageBytes = time.Minute, time.Minute, 10<<20
	failed := make(chan error, 4)
	go func() { failed <- server.ListenAndServe() }()
	go func() { failed <- o.web(host, HTTP).ListenAndServe() }()
	for _, port := range []string{TLS, Push} {
		go func() { failed <- o.web(host, port).ListenAndServeTLS(certificate, key) }()
	}
	return <-failed
}

func (o *office) web(host, port string) *http.Server {
	m := http.NewServeMux()
	m.HandleFunc("POST /hooks/{kind}", o.hook)
	m.HandleFunc("POST /push/{browser}", o.push)
	m.HandleFunc("GET /{$}", o.show)
	m.HandleFunc("DELETE /{$}", o.forget)
	return &http.Server{Addr: net.JoinHostPort(host, port), Handler: m, ReadHeaderTimeout: 5 * time.Second}
}

func (o *office) keep(i Item) {
	i.At = time.Now().UTC()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.items = append(o.items, i)
}

// hook takes a webhook whose signature is good (https://www.standardwebhooks.com).
func (o *office) hook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err == nil {
		err = o.check.Verify(body, r.Header)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	o.keep(Item{Kind: r.PathValue("kind"), ID: r.Header.Get("Webhook-Id"), Body: string(body)})
	w.WriteHeader(http.StatusNoContent)
}

// show lists what has come, of one kind if the query says so.
func (o *office) show(w http.ResponseWriter, r *http.Request) {
	kind := r.URL.Query().Get("kind")
	o.mu.Lock()
	items := slices.Clone(o.items)
	o.mu.Unlock()
	items = slices.DeleteFunc(items, func(i Item) bool { return kind != "" && i.Kind != kind })
	w.Header().Set("Content-Type", "application/json")
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.Encode(items) //nolint:errcheck // who asked may have gone
}

func (o *office) forget(w http.ResponseWriter, _ *http.Request) {
	o.mu.Lock()
	o.items = nil
	o.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// session is one mail on its way in.
type session struct {
	*office
	to []string
}

func (s *session) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = append(s.to, to); return nil }
func (s *session) Reset()                                    { s.to = nil }
func (s *session) Logout() error                             { return nil }

// Data takes the mail when all of it has come.
func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("read the mail: %w", err)
	}
	s.keep(Item{Kind: "mail", ID: m.Header.Get("X-Redthread-Action"), To: strings.Join(s.to, ", "),
		Subject: m.Header.Get("Subject"), Body: string(text)})
	return nil
}
