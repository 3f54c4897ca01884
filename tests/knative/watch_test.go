package knative

import (
	"encoding/json"
	"fmt"
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

// spans are those of a trace.
func (c *cluster) spans(t *testing.T, trace string) []span {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.dir, "traces.json"))
	require.NoError(t, err)
	var found []span
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, trace) || !strings.HasSuffix(line, "\n") { // the last is being written
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

// TestOneTraceRunsFromTheSourceToTheChannel follows the trace that a source has begun: one
// function after the other, and each by what the broker has delivered.
func TestOneTraceRunsFromTheSourceToTheChannel(t *testing.T) {
	c := open(t)
	complaint, mention := someone(t).complaint()
	trace, source := strings.ReplaceAll(uuid.NewString(), "-", ""), "00f067aa0ba902b7"
	complaint.SetExtension(events.ExtTraceParent, "00-"+trace+"-"+source+"-01")
	c.send(t, complaint)
	came(t, time.Minute, "ticket", mention)
	functions := []string{"collect", "socialcare", "ticket"}
	var all []span
	known := func(id string) bool {
		return id == source || slices.ContainsFunc(all, func(s span) bool { return s.SpanID == id })
	}
	await(t, time.Minute, "all spans have come, from the source to the ticket", func() bool {
		time.Sleep(200 * time.Millisecond)
		all = c.spans(t, trace)
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
	c.happened(t, mette.signsUp()...)
	complaint, mention := mette.complaint()
	c.send(t, complaint)
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
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if os.IsNotExist(err) { // its pod has just gone
			return nil
		}
		logs++
		nobody(path, string(text))
		return err
	}))
	require.Greater(t, logs, 15, "logs that were looked at")

	traces, err := os.ReadFile(filepath.Join(c.dir, "traces.json"))
	require.NoError(t, err)
	require.NotEmpty(t, traces)
	nobody("a trace", string(traces))

	all := series(t, `{__name__=~".+"}`)
	require.Greater(t, len(all), 100)
	nobody("a metric", fmt.Sprint(all))
}
