package crash

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/mail"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
)

// TestKilledWhileAMailServerListensItAdvertisesToNobodyTwice sends the mails to a
// server, which unlike a folder cannot be asked what it has. Between what it takes and
// our mark that it was sent there is a moment in which the program may die. Then an
// advertisement is not sent again and its action is unknown; word of a customer's own
// order is sent again, under the same Message-ID, and it is said that it was.
func TestKilledWhileAMailServerListensItAdvertisesToNobodyTwice(t *testing.T) {
	t.Parallel()
	path, w, random := program(t), built(t, few), chance(t)
	n := 8
	if testing.Short() {
		n = 3
	}
	office := openOffice(t)
	url, byMail := "email.SMTP_URL=smtp://"+office.addr+"?starttls=none", "pickupready.CHANNELS=email"

	calm := newTrial(t, path, "calm-mail", w.steps, url, byMail)
	calm.live(nil)
	peace := calm.outcome()
	mails := office.empty()
	require.Equal(t, peace.byChannel()["email"], len(mails))

	steps, copies := w.twice(random, 0.1)
	wild := newTrial(t, path, "wild-mail", steps, url, byMail)
	wild.live(strikes(random, n, calm.phases, 2))
	t.Logf("killed %d times, %d events sent twice: %s", n, copies, wild.said())
	outcome := wild.outcome()
	unknown, twice := outcome.checkMails(t, office.empty(), wild.host.doubted())
	t.Logf("%d mails, of which %d were sent twice and %d may not have been", outcome.byChannel()["email"], twice, unknown)
	require.LessOrEqual(t, unknown+twice, 8*n, "no more than were on their way when it was killed")
	require.Empty(t, differences(peace, outcome))
}

// checkMails holds the actions against what the server has, by Message-ID, and counts
// those that may not have been sent and those that were sent again. Thereafter an
// action that may not have been sent counts as sent.
func (o *outcome) checkMails(t *testing.T, server map[string]int, doubted map[string]bool) (unknown, twice int) {
	t.Helper()
	for id, a := range o.actions {
		if a.Channel != "email" {
			continue
		}
		n := server[id]
		delete(server, id)
		service := a.Purpose == events.PurposeService
		switch {
		case a.Status == action.Unknown && !service && n <= 1:
			unknown++
			o.documents["action "+o.name(id)] = said(a, action.Sent, "")
		case a.Status == action.Sent && n == 1:
		case a.Status == action.Sent && service && n == 2 && doubted[id]:
			twice++
		default:
			require.Fail(t, "sent wrongly", "%d times, doubted %v: %+v", n, doubted[id], a)
		}
	}
	require.Empty(t, server, "mails of no action")
	return unknown, twice
}

// office is a mail server that takes its time.
type office struct {
	addr string

	mu    sync.Mutex
	mails map[string]int // by action
}

func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{mails: map[string]int{}}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return o, nil }))
	server.Domain, server.ErrorLog = "office.example", log.New(io.Discard, "", 0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	o.addr = l.Addr().String()
	go server.Serve(l) //nolint:errcheck // ends with the test
	t.Cleanup(func() { server.Close() })
	return o
}

// empty returns how often each mail has come, and forgets them.
func (o *office) empty() map[string]int {
	o.mu.Lock()
	defer o.mu.Unlock()
	mails := o.mails
	o.mails = map[string]int{}
	return mails
}

func (o *office) Mail(string, *smtp.MailOptions) error { return nil }
func (o *office) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (o *office) Reset()                               {}
func (o *office) Logout() error                        { return nil }

// Data takes a mail when all of it has come, whether or not its sender lives to hear so.
func (o *office) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		return err
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(m.Header.Get("Message-ID"), "<"), "@")
	if id == "" || id != m.Header.Get("X-Redthread-Action") {
		return fmt.Errorf("Message-ID %q is not the action's", m.Header.Get("Message-ID"))
	}
	o.mu.Lock()
	o.mails[id]++
	o.mu.Unlock()
	time.Sleep(10 * time.Millisecond)
	return nil
}

// doubted are the actions of which the log says that they may have been sent without
// the program's knowing.
func (h *host) doubted() map[string]bool {
	h.t.Helper()
	text, err := os.ReadFile(h.log.Name())
	require.NoError(h.t, err)
	ids := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		var said struct{ Msg, Action string }
		if json.Unmarshal([]byte(line), &said) == nil && said.Msg == "action may have been sent without our knowing" {
			ids[said.Action] = true
		}
	}
	return ids
}
