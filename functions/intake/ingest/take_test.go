package ingest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
)

func TestWhatASourceSignsGoesToTheBroker(t *testing.T) {
	c := sited(t, nil)
	status, text := c.signed("m-1", opened("/shop/web", "1"))
	require.Equal(t, 202, status, text)
	status, text = c.signed("m-2", "["+opened("/shop/web/dk", "2")+","+opened("/shop/web", "3")+"]")
	require.Equal(t, 202, status, text)
	status, text = c.signed("m-3", "[]")
	require.Equal(t, 202, status, text)
	require.Equal(t, []string{"1", "2", "3"}, c.ids())
	require.JSONEq(t, `{"customer":{"email":"ann@shop.example"}}`, string(c.sent[2].Data()))
}

func TestWhatOnlyRedthreadSetsIsTakenOff(t *testing.T) {
	c := sited(t, nil)
	forged := strings.Replace(opened("/shop/web", "1"), "{", `{"profileid":"p","flow":"f","channel":"email","knativeerrordest":"x","partitionkey":"k",`, 1)
	status, text := c.signed("m-1", forged)
	require.Equal(t, 202, status, text)
	for _, name := range []string{"profileid", "flow", "channel", "knativeerrordest"} {
		require.Empty(t, attribute(t, c.sent[0], name))
	}
	require.Equal(t, "k", attribute(t, c.sent[0], "partitionkey"))
}

func TestWhatIsNotASourcesOwnIsRefusedAndCounted(t *testing.T) {
	now := time.Now()
	good := opened("/shop/web", "1")
	for name, c := range map[string]struct {
		source, key, body string
		at                time.Time
		change            func(r *http.Request)
		status            int
		label, reason     string
		says              string
	}{
		"a name that nobody has":   {"nobody", webKey, good, now, nil, 401, "unknown", "unknown", errUnknown},
		"the key of another":       {"webshop", tillKey, good, now, nil, 401, "webshop", "forged", errUnknown},
		"the name of another":      {"till", webKey, good, now, nil, 401, "till", "forged", errUnknown},
		"a source without a key":   {"crm", webKey, good, now, nil, 401, "crm", "forged", errUnknown},
		"an old signature":         {"webshop", webKey, good, now.Add(-6 * time.Minute), nil, 401, "webshop", "old", "5m0s off"},
		"one that is to come":      {"webshop", webKey, good, now.Add(6 * time.Minute), nil, 401, "webshop", "old", "5m0s off"},
		"another id":               {"webshop", webKey, good, now, header("webhook-id", "m-2"), 401, "webshop", "forged", errUnknown},
		"another time":             {"webshop", webKey, good, now.Add(-time.Minute), header("webhook-timestamp", "1"), 401, "webshop", "old", "off"},
		"no signature":             {"webshop", webKey, good, now, header("webhook-signature", ""), 401, "webshop", "unsigned", "webhook-signature"},
		"no time":                  {"webshop", webKey, good, now, header("webhook-timestamp", "soon"), 401, "webshop", "unsigned", "webhook-timestamp"},
		"a token nobody asked for": {"webshop", webKey, good, now, header("Authorization", "Bearer x"), 401, "webshop", "token", errUnknown},
		"attributes in headers": {"webshop", webKey, `{}`, now, header("Content-Type", "application/json", "ce-specversion", "1.0", "ce-id", "1",
			"ce-source", "/shop/web", "ce-type", "dev.redthread.app.opened.v1"), 415, "webshop", "mode", "covers the body alone"},
		"no event":              {"webshop", webKey, `{"id":"1"}`, now, nil, 400, "webshop", "malformed", "specversion missing"},
		"an event of 0.3":       {"webshop", webKey, strings.Replace(good, "1.0", "0.3", 1), now, nil, 400, "webshop", "malformed", "expected 1.0"},
		"another's source":      {"webshop", webKey, opened("/shop/webs", "1"), now, nil, 403, "webshop", "forbidden", `source "/shop/webs" is none of those that webshop may send as`},
		"another's type":        {"webshop", webKey, strings.Replace(good, "app.opened", "order.placed", 1), now, nil, 403, "webshop", "forbidden", "is none of those that webshop may send"},
		"a type of redthread's": {"till", tillKey, strings.Replace(opened("/till/7", "1"), "app.opened", "action.requested", 1), now, nil, 403, "till", "forbidden", "action.requested"},
		"data of another shape": {"webshop", webKey, strings.Replace(good, `"ann@shop.example"`, `7`, 1), now, nil, 400, "webshop", "invalid", "app.opened.v1 data: /customer/email"},
		"a type without a customer": {"webshop", webKey, `{"specversion":"1.0","id":"1","source":"/shop/web","type":"dev.shop.hello","data":{}}`, now, nil, 400,
			"webshop", "invalid", "names no customer"},
		"one of several": {"webshop", webKey, "[" + good + "," + opened("/elsewhere", "2") + "]", now, nil, 403, "webshop", "forbidden", "event 1 of the batch: source"},
		"too many":       {"webshop", webKey, "[" + good + "," + good + "," + good + "," + good + "]", now, nil, 413, "webshop", "large", "4 events, at most 3"},
		"too much":       {"webshop", webKey, strings.Repeat(" ", function.MaxBody) + good, now, nil, 413, "webshop", "large", "larger than 524288 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			town := sited(t, map[string]string{"BATCH": "3"})
			r := town.request(c.source, c.key, "m-1", c.body, c.at)
			if c.change != nil {
				c.change(r)
			}
			before := counted(t, c.label, c.reason)
			status, text, header := town.post(r)
			require.Equal(t, c.status, status, text)
			require.Contains(t, text, c.says)
			require.Equal(t, status == 401, header.Get("WWW-Authenticate") != "")
			require.Empty(t, town.ids(), "nothing of it is passed on")
			require.Equal(t, before+1, counted(t, c.label, c.reason))
			require.Empty(t, town.log.String(), "the source is told, not the log")
		})
	}
}

func header(pairs ...string) func(*http.Request) {
	return func(r *http.Request) {
		for i := 0; i < len(pairs); i += 2 {
			r.Header.Set(pairs[i], pairs[i+1])
		}
	}
}

func TestOnlyPostsAndOneNameAreServed(t *testing.T) {
	c := sited(t, nil)
	for path, want := range map[string]int{"/ingest/webshop": 405, "/ingest/": 404, "/ingest/webshop/more": 404, "/": 404} {
		res, err := http.Get(c.server.URL + path)
		require.NoError(t, err)
		res.Body.Close()
		require.Equal(t, want, res.StatusCode, path)
	}
}

func TestHeadersAreBounded(t *testing.T) {
	c := sited(t, nil)
	r := c.request("webshop", webKey, "m-1", opened("/shop/web", "1"), time.Now())
	r.Header.Set("webhook-signature", strings.Repeat("v1,AAAA ", 8<<10))
	status, _, _ := c.post(r)
	require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, status)
}

func TestASourceThatSendsTooFastIsAskedToWait(t *testing.T) {
	c := sited(t, nil)
	send := func(id string, body string) (int, http.Header) {
		status, _, h := c.post(c.request("till", tillKey, id, body, time.Now()))
		return status, h
	}
	status, _ := send("m-1", "["+opened("/till/1", "1")+","+opened("/till/1", "2")+"]")
	require.Equal(t, 202, status)
	before := counted(t, "till", "fast")
	again := c.request("till", tillKey, "m-2", opened("/till/1", "3"), time.Now())
	status, _, h := c.post(again)
	require.Equal(t, 429, status)
	require.Equal(t, "2", h.Get("Retry-After"), "an event every two seconds")
	require.Equal(t, before+1, counted(t, "till", "fast"))
	status, text := c.signed("m-3", opened("/shop/web", "4"))
	require.Equal(t, 202, status, "others are not held up: %s", text)
	time.Sleep(2100 * time.Millisecond)
	status, text, _ = c.post(c.request("till", tillKey, "m-2", opened("/till/1", "3"), time.Now()))
	require.Equal(t, 202, status, text)
	require.Equal(t, []string{"1", "2", "4", "3"}, c.ids())
}

func TestABatchLargerThanABurstIsTakenWhenNothingElseWas(t *testing.T) {
	c := sited(t, nil)
	status, text, _ := c.post(c.request("till", tillKey, "m-1", "["+opened("/till/1", "1")+","+opened("/till/1", "2")+","+opened("/till/1", "3")+"]", time.Now()))
	require.Equal(t, 202, status, text)
}

func TestTheBrokerHasNoBusinessHere(t *testing.T) {
	f, err := Spec.New(function.Env{})
	require.NoError(t, err)
	e, err := events.New("/shop", "1", time.Now(), events.TimerTick{})
	require.NoError(t, err)
	_, err = f.Handle(t.Context(), e)
	require.True(t, function.IsNever(err))
	require.ErrorContains(t, err, "/ingest/SOURCE")
}
