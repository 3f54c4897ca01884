package ticket

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/channel/rest"
)

// Where Debian's packages have Request Tracker.
const (
	rtDatabase = "/usr/sbin/rt-setup-database-5"
	rtServer   = "/usr/share/request-tracker5/libexec/standalone_httpd"
)

// trackers is a Request Tracker of a test's own.
type trackers struct {
	*testing.T
	url    string
	tokens map[string]string // by user
	mails  string            // the file of all it sends
}

// configured is what RT reads. Its users live where the clock is not UTC.
const configured = `
Set($rtname, 'shop');
Set($Organization, 'shop.example');
Set($WebDomain, '127.0.0.1');
Set($WebPort, %[1]d);
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '%[2]s/rt.db');
Set($Timezone, 'Europe/Copenhagen');
Set($MailCommand, 'sendmailpipe');
Set($SendmailPath, '%[2]s/sendmail');
Set($BcryptCost, 4); # it hashes the token anew for each request: a quarter of a second at 12
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'error');
1;
`

// trackedBy starts Request Tracker: a few seconds for its database and as many for itself.
func trackedBy(t *testing.T) *trackers {
	if _, err := os.Stat(rtServer); err != nil {
		t.Skip("skipped 1 test with 9 parts: Request Tracker is not here; it is in Debian's packages request-tracker5, rt5-db-sqlite and rt5-standalone")
	}
	began := time.Now()
	dir := t.TempDir()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := listener.Addr().(*net.TCPAddr).Port
	require.NoError(t, listener.Close())
	r := &trackers{T: t, url: fmt.Sprintf("http://127.0.0.1:%d", port), tokens: map[string]string{}, mails: filepath.Join(dir, "mails")}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "none"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.pm"), fmt.Appendf(nil, configured, port, dir), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "sendmail"), fmt.Appendf(nil, "#!/bin/sh\nexec cat >>%s\n", r.mails), 0o700))
	environment := append(os.Environ(), "RT_SITE_CONFIG="+filepath.Join(dir, "config.pm"), "RT_SITE_CONFIG_DIR="+filepath.Join(dir, "none"), "RT_TOKENS="+dir)
	run := func(arguments ...string) {
		command := exec.Command(rtDatabase, append(arguments, "--dba", "", "--dba-password", "")...)
		command.Env = environment
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	run("--action", "init", "--skip-create")
	data, err := filepath.Abs("testdata/rt.pl")
	require.NoError(t, err)
	run("--action", "insert", "--datafile", data)
	for _, user := range []string{"redthread", "newcomer"} {
		token, err := os.ReadFile(filepath.Join(dir, user))
		require.NoError(t, err)
		r.tokens[user] = string(token)
	}
	server := exec.Command(rtServer, "--host", "127.0.0.1", "--port", fmt.Sprint(port))
	server.Env, server.Stderr = environment, os.Stderr
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		server.Process.Kill() //nolint:errcheck // it may have ended
		server.Wait()         //nolint:errcheck // it was killed
	})
	require.Eventually(t, func() bool {
		res, err := http.Get(r.url + "/REST/2.0/rt")
		return err == nil && res.Body.Close() == nil
	}, time.Minute, 100*time.Millisecond)
	t.Logf("Request Tracker was there after %s", time.Since(began).Round(100*time.Millisecond))
	return r
}

// shop is one whose tickets go there.
func (r *trackers) shop(t *testing.T, settings map[string]string) *channeltest.Shop {
	all := map[string]string{"RT_URL": r.url, "RT_TOKEN": r.tokens["redthread"], "RT_QUEUE": "Kundeservice", "TIMEOUT": "20s"}
	for k, v := range settings {
		all[k] = v
	}
	s := channeltest.Open(t, Spec, all)
	s.Keep(channeltest.Customer(channeltest.Ann, "email:ann@shop.example"))
	return s
}

func (r *trackers) tracker() *tracker {
	t, err := newTracker(RequestTracker{r.url, r.tokens["redthread"], "Kundeservice"})
	require.NoError(r, err)
	return t
}

// seen is a ticket as RT tells of it.
type seen struct {
	ID, Subject, Status, Priority, Due string
	Requestor                          []struct{ ID string }
	texts                              []string
}

// of returns the tickets that were opened about a thread, with the texts of their comments.
func (r *trackers) of(t *testing.T, threadOf string) []seen {
	var found struct{ Items []seen }
	query := url.Values{"query": {"RefersTo = 'redthread:" + id("socialcare", "instagram", threadOf) + "'"}, "fields": {"Subject,Status,Priority,Due,Requestor"}}
	require.NoError(t, r.tracker().Call(t.Context(), http.MethodGet, "/tickets?"+query.Encode(), nil, &found))
	for i, ticket := range found.Items {
		var all struct{ Items []struct{ Content string } }
		require.NoError(t, r.tracker().Call(t.Context(), http.MethodGet, "/ticket/"+ticket.ID+"/attachments?fields=Content&per_page=100", nil, &all))
		for _, x := range all.Items {
			if x.Content != "" {
				found.Items[i].texts = append(found.Items[i].texts, x.Content)
			}
		}
	}
	return found.Items
}

// sent returns all mails that RT has sent.
func (r *trackers) sent() string {
	text, err := os.ReadFile(r.mails)
	if !os.IsNotExist(err) {
		require.NoError(r, err)
	}
	return string(text)
}

// lossy is a way to RT on which the answer to one request gets lost: the first that begins
// so, as in POST /ticket.
func (r *trackers) lossy(t *testing.T, request string) string {
	at, err := url.Parse(r.url)
	require.NoError(t, err)
	proxy, lost := httputil.NewSingleHostReverseProxy(at), false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if path := q.Method + " " + strings.TrimPrefix(q.URL.Path, "/REST/2.0"); lost || !strings.HasPrefix(path, request) {
			proxy.ServeHTTP(w, q)
			return
		}
		lost = true
		proxy.ServeHTTP(httptest.NewRecorder(), q)
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// root is RT as its administrator has it: Debian's package gives them this password.
func (r *trackers) root() *rest.Client {
	by := base64.StdEncoding.EncodeToString([]byte("root:password"))
	return rest.New("rt", r.url+"/REST/2.0", map[string]string{"Authorization": "Basic " + by})
}
