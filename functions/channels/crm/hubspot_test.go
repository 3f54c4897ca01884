package crm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/channeltest"
)

// hubbed is a shop whose leads go to an account.
func hubbed(t *testing.T, settings map[string]string) (*account, *channeltest.Shop) {
	a := opened(t)
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	all := map[string]string{"HUBSPOT_TOKEN": token, "HUBSPOT_URL": server.URL + "/crm/v3/objects"}
	for k, v := range settings {
		all[k] = v
	}
	s := channeltest.Open(t, Spec, all)
	s.Keep(ann())
	return a, s
}

func TestALeadIsAContactAndATaskToCallThem(t *testing.T) {
	a, s := hubbed(t, map[string]string{"HUBSPOT_OWNER": "4711"})
	did, err := s.Do(handed("lead"))
	require.NoError(t, err)
	require.Equal(t, action.Sent, did.Status, did.Reason)
	require.Equal(t, "hubspot", did.Provider)
	require.Equal(t, "9000", did.Reference)
	require.Equal(t, []string{"POST /contacts/batch/upsert", "POST /tasks"}, a.requests)
	require.Equal(t, map[string]map[string]string{"ann@shop.example": {
		"email": "ann@shop.example", "firstname": "Ann", "lastname": "Holm", "company": "Holm & Søn", "phone": "+4520112233",
	}}, a.contacts)
	require.Equal(t, map[string]task{"9000": {"500", map[string]string{
		"hs_timestamp": "2026-03-12T12:00:00Z", "hs_task_subject": "Lead, 71 of 100: Holm & Søn", "hs_task_type": "CALL",
		"hs_task_status": "NOT_STARTED", "hs_task_priority": "HIGH", "hubspot_owner_id": "4711",
		"hs_task_body": "SCORE: 71 of 100<br>INTERESTS<br>- Table &lt;b&gt;Mols&lt;/b&gt;<br><br>May be turned to by phone, email.<br>redthread " + did.ID,
	}}}, a.tasks)
}

func TestTheNextLeadOfACustomerIsAnotherTaskOfTheSameContact(t *testing.T) {
	a, s := hubbed(t, nil)
	for _, step := range []string{"lead 2026-03-11", "lead 2026-06-11"} {
		did, err := s.Do(handed(step))
		require.NoError(t, err)
		require.Equal(t, action.Sent, did.Status, did.Reason)
	}
	require.Len(t, a.contacts, 1)
	require.Len(t, a.tasks, 2)
}

func TestWhoMayNotBeCalledIsATaskToWriteTo(t *testing.T) {
	a, s := hubbed(t, nil)
	s.Keep(no(ann(), "phone"))
	_, err := s.Do(handed("lead"))
	require.NoError(t, err)
	require.Equal(t, "EMAIL", a.tasks["9000"].properties["hs_task_type"])
	require.NotContains(t, a.contacts["ann@shop.example"], "phone")
}

func TestATaskWhoseAnswerWasLostIsNotMadeAgain(t *testing.T) {
	a, s := hubbed(t, nil)
	for n := range 150 { // more tasks than are read in one request
		a.tasks[fmt.Sprint(n)] = task{"500", map[string]string{"hs_task_body": "something else"}}
	}
	lost := false
	a.fail = func(request string, body []byte) (int, http.Header, any) {
		if request != "POST /tasks" || lost {
			return 0, nil, nil
		}
		lost = true
		a.do(request, request, body)
		return http.StatusBadGateway, nil, wrong("INTERNAL_ERROR", "it was done, but who knows")
	}
	did, err := s.Do(handed("lead"))
	require.ErrorContains(t, err, "hubspot answered 502 Bad Gateway: INTERNAL_ERROR")
	require.Equal(t, action.Requested, did.Status)
	_, err = s.Ask(did)
	require.NoError(t, err)
	require.Len(t, a.tasks, 151)
	require.Equal(t, []string{"POST /contacts/batch/upsert", "POST /tasks", "POST /contacts/batch/upsert",
		"GET /contacts/500?associations=tasks", "POST /tasks/batch/read"}, a.requests[:5])
	require.NotContains(t, a.requests[5:], "POST /tasks")
}

func TestATaskThatWasNotMadeIsMadeTheSecondTime(t *testing.T) {
	a, s := hubbed(t, nil)
	first := true
	a.fail = func(request string, _ []byte) (int, http.Header, any) {
		if request != "POST /tasks" || !first {
			return 0, nil, nil
		}
		first = false
		return http.StatusServiceUnavailable, nil, wrong("SERVICE_UNAVAILABLE", "come again")
	}
	did, err := s.Do(handed("lead"))
	require.Error(t, err)
	_, err = s.Ask(did)
	require.NoError(t, err)
	require.Len(t, a.tasks, 1)
}

func TestWithoutAnAddressHubSpotKnowsNobody(t *testing.T) {
	a, s := hubbed(t, nil)
	s.Keep(channeltest.Customer(channeltest.Ann, "phone:+4520112233"))
	did, err := s.Do(handed("lead"))
	require.NoError(t, err)
	require.Equal(t, action.Failed, did.Status)
	require.Equal(t, "the customer has no e-mail address, by which HubSpot knows contacts", did.Reason)
	require.Empty(t, a.requests)
}

func TestNeitherTheTokenNorTheCustomerIsToldToAnybodyElse(t *testing.T) {
	_, s := hubbed(t, map[string]string{"HUBSPOT_TOKEN": "hush-hush-hush"})
	did, err := s.Do(handed("lead"))
	require.ErrorContains(t, err, "hubspot answered 401 Unauthorized: INVALID_AUTHENTICATION", "somebody can see to the token: it is tried again")
	said := err.Error() + did.Reason + s.Logged()

	a, other := hubbed(t, nil)
	a.fail = func(string, []byte) (int, http.Header, any) {
		return http.StatusBadRequest, nil, wrong("VALIDATION_ERROR", `Ann Holm, ann@shop.example, Bearer `+token+`: [{"error":"INVALID_EMAIL"}]`)
	}
	did, err = other.Do(handed("lead"))
	require.NoError(t, err)
	require.Equal(t, action.Failed, did.Status)
	require.Equal(t, "hubspot answered 400 Bad Request: VALIDATION_ERROR INVALID_EMAIL", did.Reason)
	said += did.Reason + other.Logged()

	dead := httptest.NewServer(nil)
	dead.Close()
	_, s = hubbed(t, map[string]string{"HUBSPOT_URL": dead.URL})
	did, err = s.Do(handed("lead"))
	require.ErrorContains(t, err, "connection refused")
	said += err.Error() + did.Reason + s.Logged()
	for _, secret := range []string{token, "hush", "ann@", "Ann", "Holm", "4520112233"} {
		require.NotContains(t, said, secret)
	}
}

// direct answers without a network, in the time of a test.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result(), nil
}

func client(t *testing.T) (*account, *hubspot) {
	a := opened(t)
	h, err := newHubspot(Hubspot{Token: token, Root: "https://hubspot.test/crm/v3/objects/", Limit: 100}, 15*time.Second)
	require.NoError(t, err)
	h.api.HTTP.Transport = direct{a}
	return a, h
}

func delivery(n int) channel.Delivery {
	p := ann()
	p.Identifiers[0].Value = fmt.Sprintf("ann-%d@shop.example", n)
	a := handed(fmt.Sprint(n))
	a.Attempts = 1
	return channel.Delivery{Action: a, Profile: &p}
}

// sent sends so many leads at the same time and returns their errors.
func sent(h *hubspot, n int) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			_, errs[i] = h.Send(ctx, delivery(i))
		})
	}
	all.Wait()
	return errs
}

func TestContactsThatComeTogetherAreOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, h := client(t)
		require.NoError(t, errors.Join(sent(h, 130)...))
		require.Len(t, a.contacts, 130)
		require.Len(t, a.tasks, 130)
		require.Equal(t, 2, strings.Count(strings.Join(a.requests, ","), "upsert"), "a hundred and thirty of them")
	})
}

func TestTenSecondsNeverSeeMoreRequestsThanTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, h := client(t)
		for range 3 {
			require.NoError(t, errors.Join(sent(h, 150)...))
			time.Sleep(7 * time.Second)
		}
		most := 0
		for i, from := range a.at {
			n := 0
			for _, at := range a.at[i:] {
				if at.Sub(from) < 10*time.Second {
					n++
				}
			}
			most = max(most, n)
		}
		require.LessOrEqual(t, most, 100)
		require.Greater(t, most, 90, "and it is made use of")
	})
}

func TestAPartialFailureIsToldItemByItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, h := client(t)
		a.fail = func(request string, body []byte) (int, http.Header, any) {
			if request != "POST /contacts/batch/upsert" {
				return 0, nil, nil
			}
			_, answer := a.do(request, request, body)
			all := answer.(map[string]any)["results"].([]any)
			var good, bad []any
			for _, x := range all {
				o := x.(map[string]any)
				failed := func(category, message string) {
					bad = append(bad, map[string]any{"status": "error", "category": category, "message": message,
						"context": map[string]any{"objectWriteTraceId": []any{o["objectWriteTraceId"]}}})
				}
				switch o["properties"].(map[string]string)["email"] {
				case "ann-1@shop.example":
					failed("VALIDATION_ERROR", `Property values were not valid: [{"error":"INVALID_EMAIL"}]`)
				case "ann-2@shop.example":
					failed("CONFLICT", "Contact already exists. Existing ID: 171591000198")
				case "ann-3@shop.example": // nothing is said of it
				case "ann-4@shop.example":
					delete(o, "objectWriteTraceId") // then it is known by its address
					good = append(good, o)
				default:
					good = append(good, o)
				}
			}
			return http.StatusMultiStatus, nil, done(good, bad...)
		}
		errs := sent(h, 6)
		want := map[int]struct {
			said  string
			never bool
		}{
			1: {"hubspot did not take the contact: VALIDATION_ERROR INVALID_EMAIL", true},
			2: {"hubspot did not take the contact: CONFLICT", false},
			3: {"hubspot says nothing of the contact", false},
		}
		for i, err := range errs {
			var f *channel.Fault
			if w, bad := want[i]; bad {
				require.EqualError(t, err, w.said)
				require.ErrorAs(t, err, &f)
				require.Equal(t, w.never, f.Never)
			} else {
				require.NoError(t, err)
			}
		}
		require.Len(t, a.tasks, 3)
	})
}

func TestOneBadContactDoesNotKeepBackTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, h := client(t)
		a.fail = func(_ string, body []byte) (int, http.Header, any) {
			if strings.Contains(string(body), `"ann-2@shop.example"`) {
				return http.StatusBadRequest, nil, wrong("VALIDATION_ERROR", "one of them is bad")
			}
			return 0, nil, nil
		}
		for i, err := range sent(h, 5) {
			if i == 2 {
				require.EqualError(t, err, "hubspot answered 400 Bad Request: VALIDATION_ERROR")
				continue
			}
			require.NoError(t, err)
		}
		require.Len(t, a.tasks, 4)
	})
}

func TestWhatIsDoneAboutAnAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		status     int
		retryAfter string
		answer     map[string]any
		want       channel.Fault
	}{
		"the window is full":          {429, "", map[string]any{"policyName": "TEN_SECONDLY_ROLLING"}, channel.Fault{After: 10 * time.Second}},
		"it says for how long":        {429, "7", map[string]any{"policyName": "TEN_SECONDLY_ROLLING"}, channel.Fault{After: 7 * time.Second}},
		"the day is full":             {429, "", map[string]any{"policyName": "DAILY"}, channel.Fault{After: time.Hour}},
		"locked":                      {423, "", nil, channel.Fault{After: 2 * time.Second}},
		"the account is being moved":  {477, "3600", nil, channel.Fault{After: time.Hour}},
		"the token has expired":       {401, "", nil, channel.Fault{}},
		"the token lacks a scope":     {403, "", map[string]any{"category": "MISSING_SCOPES"}, channel.Fault{}},
		"the contact has gone":        {404, "", nil, channel.Fault{}},
		"somebody else made it":       {409, "", nil, channel.Fault{}},
		"it took too long":            {504, "", nil, channel.Fault{Unsure: true}},
		"it is wrong":                 {400, "", map[string]any{"category": "VALIDATION_ERROR"}, channel.Fault{Never: true}},
		"it is too large":             {413, "", nil, channel.Fault{Never: true}},
		"it has moved somewhere else": {301, "", nil, channel.Fault{Never: true}},
	} {
		t.Run(name, func(t *testing.T) {
			a, h := client(t)
			answer := wrong("", "")
			for k, v := range c.answer {
				answer[k] = v
			}
			a.fail = func(string, []byte) (int, http.Header, any) {
				return c.status, http.Header{"Retry-After": {c.retryAfter}}, answer
			}
			_, err := h.Send(t.Context(), delivery(1))
			var f *channel.Fault
			require.ErrorAs(t, err, &f)
			require.ErrorContains(t, err, fmt.Sprintf("hubspot answered %d", c.status))
			require.Equal(t, c.want, channel.Fault{Never: f.Never, Unsure: f.Unsure, After: f.After})
		})
	}
}

func TestAfterALimitHubSpotIsLetAloneByAllWhoSend(t *testing.T) {
	a, s := hubbed(t, map[string]string{"TIMEOUT": "20s"})
	a.fail = func(string, []byte) (int, http.Header, any) {
		return http.StatusTooManyRequests, http.Header{"Retry-After": {"60"}}, wrong("RATE_LIMITS", "You have reached your ten_secondly_rolling limit.")
	}
	_, err := s.Do(handed("lead"))
	require.ErrorContains(t, err, "hubspot answered 429 Too Many Requests: RATE_LIMITS")
	_, err = s.Do(handed("another"))
	require.ErrorContains(t, err, "the provider asked to be let alone for another 1m0s")
	require.Len(t, a.requests, 1)
}

func TestAnAnswerThatIsNoJSONIsNotBelieved(t *testing.T) {
	_, h := client(t)
	h.api.HTTP.Transport = direct{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>Welcome</html>") })}
	_, err := h.Send(t.Context(), delivery(1))
	require.EqualError(t, err, "hubspot answered 200 with what is no JSON")
}
