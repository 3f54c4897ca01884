package knative

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// span is one of a trace, as the node's collector has written it.
type span struct {
	service                       string
	TraceID, SpanID, ParentSpanID string
	Name                          string
	Links                         []struct{ TraceID, SpanID string }
	StartTimeUnixNano             string
}

// traced is how much of traces is written by now.
func (c *cluster) traced(t *testing.T) int64 {
	t.Helper()
	file, err := os.Stat(filepath.Join(c.dir, "traces.json"))
	require.NoError(t, err)
	return file.Size()
}

// lines walks a file's whole lines from a place on: it may be large, and its last one is
// being written.
func lines(t *testing.T, path string, from int64) iter.Seq[string] {
	return func(yield func(string) bool) {
		t.Helper()
		file, err := os.Open(path)
		if os.IsNotExist(err) { // its pod has just gone
			return
		}
		require.NoError(t, err)
		defer file.Close()
		_, err = file.Seek(from, io.SeekStart)
		require.NoError(t, err)
		for r := bufio.NewReaderSize(file, 1<<20); ; {
			line, err := r.ReadString('\n')
			if err == io.EOF {
				return
			}
			require.NoError(t, err)
			if !yield(line) {
				return
			}
		}
	}
}

// spans are those of a trace that began when so much was written.
func (c *cluster) spans(t *testing.T, from int64, trace string) []span {
	t.Helper()
	var found []span
	for line := range lines(t, filepath.Join(c.dir, "traces.json"), from) {
		if !strings.Contains(line, trace) {
			continue
		}
		var request struct {
			ResourceSpans []struct {
				Resource struct {
					Attributes []struct {
						Key   string
						Value struct{ StringValue string }
					}
				}
				ScopeSpans []struct{ Spans []span }
			}
		}
		require.NoError(t, json.Unmarshal([]byte(line), &request))
		for _, of := range request.ResourceSpans {
			service := ""
			for _, a := range of.Resource.Attributes {
				if a.Key == "service.name" {
					service = a.Value.StringValue
				}
			}
			for _, scope := range of.ScopeSpans {
				for _, s := range scope.Spans {
					if s.TraceID == trace {
						s.service = service
						found = append(found, s)
					}
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b span) int { return strings.Compare(a.StartTimeUnixNano, b.StartTimeUnixNano) })
	return found
}

// function is the function whose span it is. Knative's proxies in its pod call themselves
// as it, too.
func (s span) function() string {
	if s.Name == s.service {
		return s.service
	}
	return ""
}

// way is through which services a trace has come from its source to one of them, if all
// spans of it are there.
func way(all []span, source, service string) (services []string, whole bool) {
	at := slices.IndexFunc(all, func(s span) bool { return s.function() == service })
	for at >= 0 {
		services = append(services, all[at].service)
		before := all[at].ParentSpanID
		if before == source {
			slices.Reverse(services)
			return services, true
		}
		at = slices.IndexFunc(all, func(s span) bool { return s.SpanID == before })
	}
	return nil, false
}

// follow makes an event one that its source has begun to trace, so that all who have it do,
// too: of others the node traces one in twenty.
func follow(e events.Event, trace, source string) events.Event {
	e.SetExtension(events.ExtTraceParent, "00-"+trace+"-"+source+"-01")
	return e
}

// newTrace is a name for one.
func newTrace() string { return strings.ReplaceAll(uuid.NewString(), "-", "") }

// TestOneTraceRunsFromTheSourceToTheChannel follows the trace that a source has begun: one
// function after the other, and each by what the broker has delivered.
func TestOneTraceRunsFromTheSourceToTheChannel(t *testing.T) {
	c := open(t)
	complaint, mention := someone(t).complaint()
	trace, source := newTrace(), "00f067aa0ba902b7"
	from := c.traced(t)
	c.send(t, follow(complaint, trace, source))
	came(t, time.Minute, "ticket", mention)
	functions := []string{"collect", "socialcare", "ticket"}
	var all []span
	known := func(id string) bool {
		return id == source || slices.ContainsFunc(all, func(s span) bool { return s.SpanID == id })
	}
	await(t, time.Minute, "all spans have come, from the source to the ticket", func() bool {
		time.Sleep(200 * time.Millisecond)
		all = c.spans(t, from, trace)
		services, whole := way(all, source, "ticket")
		return whole && slices.Equal(services, functions) &&
			!slices.ContainsFunc(all, func(s span) bool { return !known(s.ParentSpanID) || len(s.Links) > 0 && !known(s.Links[0].SpanID) })
	})
	broker := slices.ContainsFunc(all, func(s span) bool { return s.service == "broker.ingress" }) &&
		slices.ContainsFunc(all, func(s span) bool { return s.service == "broker.filter" })
	require.True(t, broker, "Knative's broker is of the trace")
	for _, s := range all {
		if s.function() != "" {
			t.Logf("%s: %s after %s", s.function(), s.SpanID, s.ParentSpanID)
			require.Len(t, s.Links, 1, "%s says what has delivered its event", s.service)
			require.Equal(t, trace, s.Links[0].TraceID)
		}
	}
}

// ask asks the node's Prometheus.
func ask(t *testing.T, path string, query url.Values, into any) {
	t.Helper()
	res, err := http.Get("http://10.213.255.2:9090/api/v1/" + path + "?" + query.Encode())
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.NoError(t, json.NewDecoder(res.Body).Decode(&struct{ Data any }{into}))
}

// series are those that a selector finds.
func series(t *testing.T, selector string) []map[string]string {
	t.Helper()
	var found []map[string]string
	ask(t, "series", url.Values{"match[]": {selector}}, &found)
	return found
}

// TestMetricsAreScrapedFromPodsThatComeAndGo asks for what infra/observe draws.
func TestMetricsAreScrapedFromPodsThatComeAndGo(t *testing.T) {
	c := open(t)
	complaint, mention := someone(t).complaint()
	c.send(t, complaint)
	came(t, time.Minute, "ticket", mention)
	for _, selector := range []string{
		`redthread_events_total{function="collect",outcome="reply"}`, `redthread_event_seconds_bucket{function="socialcare"}`,
		`redthread_decisions_total{flow="socialcare",verdict="act"}`, `redthread_actions_total{channel="ticket",status="sent"}`,
	} {
		await(t, time.Minute, selector+" is there", func() bool {
			time.Sleep(time.Second)
			return len(series(t, selector)) > 0
		})
	}
	var targets struct {
		ActiveTargets []struct{ ScrapeURL, LastError string }
	}
	ask(t, "targets", nil, &targets)
	require.NotEmpty(t, targets.ActiveTargets)
	for _, target := range targets.ActiveTargets {
		require.Contains(t, target.ScrapeURL, ":8080/metrics", "Knative's own containers have nothing of ours to say")
	}
}

// letters is how many events were given up, as Prometheus has counted them.
func letters(t *testing.T) (n float64) {
	t.Helper()
	var found struct{ Result []struct{ Value [2]any } }
	ask(t, "query", url.Values{"query": {`sum(sum_over_time(function_outcome:redthread_events:increase1m{function="deadletter",outcome=~"ok|reply"}[3h]))`}}, &found)
	if len(found.Result) > 0 {
		_, err := fmt.Sscan(found.Result[0].Value[1].(string), &n)
		require.NoError(t, err)
	}
	return n
}

// TestOneDeadLetterRaisesItsAlarm holds though the pod that takes it has just been born
// and has counted nothing before.
func TestOneDeadLetterRaisesItsAlarm(t *testing.T) {
	c, mette := open(t), someone(t)
	c.asleep(t, "deadletter")
	before := letters(t)
	c.send(t, mette.says(&events.BasketUpdated{Common: mette.known(), BasketID: "b-" + mette.name,
		Lines: []events.Line{{SKU: "YARN-1", Quantity: -4, Price: yarn.Price}}, Total: yarn.Price}))
	await(t, 5*time.Minute, "it is counted, and EventsInTheDeadLetters fires", func() bool {
		time.Sleep(time.Second)
		if letters(t) <= before {
			return false
		}
		var now struct {
			Alerts []struct {
				Labels map[string]string
				State  string
			}
		}
		ask(t, "alerts", nil, &now)
		for _, a := range now.Alerts {
			if a.Labels["alertname"] == "EventsInTheDeadLetters" && a.State == "firing" {
				return true
			}
		}
		return false
	})
}

// TestNothingThatIsWatchedNamesACustomer looks for everybody that these tests have made
// up, in all logs, metrics and traces of the suite, of Knative and of the node.
func TestNothingThatIsWatchedNamesACustomer(t *testing.T) {
	c, mette := open(t), someone(t)
	from, trace := c.traced(t), newTrace()
	for _, e := range mette.signsUp() {
		c.happened(t, follow(e, trace, "00f067aa0ba902b7"))
	}
	complaint, mention := mette.complaint()
	c.send(t, follow(complaint, trace, "00f067aa0ba902b7"))
	came(t, time.Minute, "ticket", mention)
	nobody := func(where, text string) {
		for _, personal := range []string{"mette-", "@kunde.example", mette.phone(), "Elendig service"} {
			if at := strings.Index(text, personal); at >= 0 {
				t.Errorf("%s names a customer: …%s…", where, text[max(0, at-200):min(len(text), at+100)])
			}
		}
	}
	logs := 0
	require.NoError(t, filepath.WalkDir(filepath.Join(c.dir, "logs", "pods"), func(path string, e os.DirEntry, err error) error {
		if os.IsNotExist(err) { // its pod has just gone
			return nil
		}
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		logs++
		for line := range lines(t, path, 0) {
			nobody(path, line)
		}
		return nil
	}))
	require.Greater(t, logs, 15, "logs that were looked at")

	await(t, time.Minute, "all functions' spans of this customer have come", func() bool {
		time.Sleep(time.Second)
		services, whole := way(c.spans(t, from, trace), "00f067aa0ba902b7", "ticket")
		return whole && len(services) == 3
	})
	for line := range lines(t, filepath.Join(c.dir, "traces.json"), 0) {
		nobody("a trace", line)
	}

	var names []string
	ask(t, "labels", nil, &names)
	require.Contains(t, names, "__name__")
	values := 0
	for _, name := range names {
		nobody("a metric's label", name)
		var of []string
		ask(t, "label/"+name+"/values", nil, &of)
		values += len(of)
		for _, value := range of {
			nobody("the metrics' "+name, value)
		}
	}
	require.Greater(t, values, 100, "names and labels of metrics that were looked at")
}
