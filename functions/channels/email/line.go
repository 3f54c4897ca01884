package email

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Lines are kept for a while, as greeting, encrypting and signing in take longer than
// the mail itself. Servers hang up on idle ones, often after a minute.
const (
	keepLine  = 30 * time.Second
	keepLines = 8
)

// line is a connection to a mail server, signed in.
type line struct {
	conn   net.Conn
	smtp   *smtp.Client
	client *mail.Client
	used   time.Time
}

func (l *line) hangUp() {
	if l.conn != nil {
		l.conn.Close()
	}
}

// server is a mail server and the lines to it that nobody uses now.
type server struct {
	where
	mu   sync.Mutex
	idle []*line
}

func newServer(address, ca string) (*server, error) {
	w, err := read(address, ca)
	return &server{where: w}, err
}

// send hands a mail over. A line that was left idle may be dead without our knowing;
// nothing has been said on it then, and a fresh one is taken.
func (s *server) send(ctx context.Context, m *mail.Msg) error {
	for {
		l, fresh, err := s.line(ctx)
		if err != nil {
			return err
		}
		err = l.send(ctx, m)
		if reusable(err) {
			s.keep(l)
			return err
		}
		l.hangUp()
		var refused *mail.SendError
		if fresh || !errors.As(err, &refused) || refused.Reason != mail.ErrConnCheck {
			return err
		}
	}
}

// send ends with the context: the line is cut then.
func (l *line) send(ctx context.Context, m *mail.Msg) error {
	defer context.AfterFunc(ctx, func() { l.conn.Close() })()
	return l.client.SendWithSMTPClient(l.smtp, m)
}

// reusable tells whether the line can take another mail: when the server took this one,
// or refused it with a code and then forgot about it.
func reusable(err error) bool {
	var refused *mail.SendError
	if err == nil {
		return true
	}
	return errors.As(err, &refused) && refused.Reason == mail.ErrSMTPRcptTo && refused.ErrorCode() > 421
}

func (s *server) line(ctx context.Context) (l *line, fresh bool, err error) {
	s.mu.Lock()
	for len(s.idle) > 0 {
		l, s.idle = s.idle[len(s.idle)-1], s.idle[:len(s.idle)-1]
		if time.Since(l.used) < keepLine {
			s.mu.Unlock()
			return l, false, nil
		}
		l.hangUp()
	}
	s.mu.Unlock()
	l, err = s.dial(ctx)
	return l, true, err
}

func (s *server) keep(l *line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) >= keepLines {
		l.hangUp()
		return
	}
	l.used = time.Now()
	s.idle = append(s.idle, l)
}

func (s *server) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.idle {
		l.conn.SetDeadline(time.Now().Add(time.Second)) //nolint:errcheck // it is closed anyway
		l.smtp.Quit()                                   //nolint:errcheck // politeness
		l.hangUp()
	}
	s.idle = nil
	return nil
}
