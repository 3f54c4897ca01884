package ingest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

func TestASignatureIsGoodOnce(t *testing.T) {
	c := sited(t, nil)
	other := sited(t, nil, c.store)
	at, body := time.Now(), opened("/shop/web", "1")
	status, text, _ := c.post(c.request("webshop", webKey, "m-1", body, at))
	require.Equal(t, 202, status, text)
	for name, place := range map[string]*town{"the same instance": c, "another instance": other} {
		for spelling, change := range map[string]func(*http.Request){
			"as it was":               header(),
			"the time as 0…":          header("webhook-timestamp", "0"+fmt.Sprint(at.Unix())),
			"the time as +…":          header("webhook-timestamp", "+"+fmt.Sprint(at.Unix())),
			"more signatures":         header("webhook-signature", "v1,AAAA "+c.request("webshop", webKey, "m-1", body, at).Header.Get("webhook-signature")+",x"),
			"another character set":   header("Content-Type", structured+"; charset=utf-8"),
			"signed with the new key": header("webhook-signature", c.request("webshop", newKey, "m-1", body, at).Header.Get("webhook-signature")),
		} {
			before := counted(t, "webshop", "replayed")
			r := place.request("webshop", webKey, "m-1", body, at)
			change(r)
			status, text, _ = place.post(r)
			require.Equal(t, 401, status, "%s, %s", name, spelling)
			require.Contains(t, text, "has been taken. To send it again, sign it with a new time stamp")
			require.Equal(t, before+1, counted(t, "webshop", "replayed"))
		}
	}
	require.Equal(t, []string{"1"}, c.ids())
	require.Empty(t, other.ids())
}

// A source that got no answer signs again, with the same id and a new time stamp.
func TestASourceThatGotNoAnswerIsNotRefused(t *testing.T) {
	c := sited(t, nil)
	for i := range 3 {
		status, text, _ := c.post(c.request("webshop", webKey, "m-1", opened("/shop/web", "1"), time.Now().Add(time.Duration(i)*time.Second)))
		require.Equal(t, 202, status, text)
	}
	require.Equal(t, []string{"1", "1", "1"}, c.ids(), "the same source and id, by which collect knows them")
}

func TestWhatTheBrokerDidNotTakeMayComeAgainAsItWas(t *testing.T) {
	c := sited(t, nil)
	c.fail = func(e events.Event) error {
		if e.ID() == "2" {
			return errors.New("broker answered 503")
		}
		return nil
	}
	at, body := time.Now(), "["+opened("/shop/web", "1")+","+opened("/shop/web", "2")+"]"
	before := counted(t, "webshop", "away")
	for range 2 {
		status, text, h := c.post(c.request("webshop", webKey, "m-1", body, at))
		require.Equal(t, 503, status)
		require.Equal(t, "1", h.Get("Retry-After"))
		require.Equal(t, "try again", text, "what is wrong here is not for those outside")
	}
	require.Equal(t, before+2, counted(t, "webshop", "away"))
	require.Contains(t, c.log.String(), "broker answered 503")
	require.NotContains(t, c.log.String(), "ann@")
	c.fail = func(events.Event) error { return nil }
	status, text, _ := c.post(c.request("webshop", webKey, "m-1", body, at))
	require.Equal(t, 202, status, text)
	require.Equal(t, []string{"1", "1", "1", "2"}, c.ids())
}

func TestWithoutTheStoreNobodyKnowsWhatWasUsed(t *testing.T) {
	s := &shaky{Store: memory.New(), get: errAway}
	c := sited(t, nil, s)
	at := time.Now()
	status, _, _ := c.post(c.request("webshop", webKey, "m-1", opened("/shop/web", "1"), at))
	require.Equal(t, 503, status)
	require.Empty(t, c.ids())

	s.get, s.commit = nil, errAway
	status, text, _ := c.post(c.request("webshop", webKey, "m-1", opened("/shop/web", "1"), at))
	require.Equal(t, 202, status, "the broker has it: %s", text)
	require.Contains(t, c.log.String(), "a signature could not be remembered")
	require.Equal(t, []string{"1"}, c.ids())
}

func TestOfTheSameSignatureAtOnceOneIsTaken(t *testing.T) {
	c := sited(t, nil)
	at := time.Now()
	answers := make([]int, 16)
	var all sync.WaitGroup
	for i := range answers {
		r := c.request("webshop", webKey, "m-1", opened("/shop/web", "1"), at)
		all.Go(func() {
			if res, err := http.DefaultClient.Do(r); err == nil {
				io.Copy(io.Discard, res.Body) //nolint:errcheck // the status is all that counts
				res.Body.Close()
				answers[i] = res.StatusCode
			}
		})
	}
	all.Wait()
	count := map[int]int{}
	for _, status := range answers {
		count[status]++
	}
	require.Equal(t, map[int]int{202: 1, 401: 15}, count)
}

func TestASignatureIsForgottenWhenItIsTooOldAnyway(t *testing.T) {
	now := time.Now()
	s := memory.New()
	c := sited(t, nil, s)
	status, text := c.signed("m-1", opened("/shop/web", "1"))
	require.Equal(t, 202, status, text)
	n := 0
	for doc, err := range s.Query(t.Context(), store.Query{Collection: collection}) {
		require.NoError(t, err)
		require.WithinDuration(t, now.Add(good), doc.Expires, 5*time.Second)
		require.False(t, strings.Contains(string(doc.Data), "ann"), "nothing of what was signed is kept")
		n++
	}
	require.Equal(t, 1, n)
}
