package ticket

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

func word(step string, minutes int, t action.Ticket) action.Action {
	if t.Thread == "" {
		t.Thread = "conversation-7"
	}
	t.Where = "instagram"
	a := channeltest.Action("ticket", step, events.PurposeService, action.Content{Ticket: &t})
	a.Flow, a.Created = "socialcare", channeltest.Now.Add(time.Duration(minutes)*time.Minute)
	return a
}

func complaint() action.Action {
	return word("post-1", -30, action.Ticket{Subject: "Complaint: @ann on instagram", Body: "The chair came broken.", Priority: "high",
		Due: channeltest.Now.Add(30 * time.Minute), Language: "da", Link: "https://social.example/p/1", Complaint: true})
}

func reminder() action.Action {
	return word("post-2", -10, action.Ticket{Subject: "Complaint: @ann on instagram", Body: "Anybody there?", Priority: "normal", Due: channeltest.Now.Add(24 * time.Hour)})
}

func files(t *testing.T) (*channeltest.Shop, string) {
	dir := t.TempDir()
	s := channeltest.Open(t, Spec, map[string]string{"OUTBOX": dir})
	s.Keep(channeltest.Customer(channeltest.Ann, "instagram:ann"))
	return s, filepath.Join(dir, "tickets")
}

// only reads the one ticket there is.
func only(t *testing.T, dir string) (ticket, string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.json"))
	require.NoError(t, err)
	require.Len(t, all, 1)
	text, err := os.ReadFile(all[0])
	require.NoError(t, err)
	var got ticket
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, got.Ticket+".json", filepath.Base(all[0]))
	return got, string(text)
}

func TestAConversationIsOneTicket(t *testing.T) {
	s, dir := files(t)
	for _, x := range []action.Action{complaint(), reminder(), complaint()} {
		a, err := s.Do(x)
		require.NoError(t, err)
		require.Equal(t, action.Sent, a.Status)
		require.Equal(t, id("socialcare", "instagram", "conversation-7"), a.Reference)
	}
	got, text := only(t, dir)
	require.Len(t, got.Updates, 2, "the complaint that came twice is listed once")
	require.Equal(t, "high", got.Priority)
	require.Equal(t, channeltest.Now.Add(30*time.Minute), got.Due)
	require.Equal(t, complaint().Created, got.Opened)
	require.Equal(t, reminder().Created, got.Updated)
	require.True(t, got.Complaint)
	require.Contains(t, text, `"body": "The chair came broken."`)
	require.Contains(t, text, `"thread": "conversation-7"`)
}

func TestOtherConversationsAreOtherTickets(t *testing.T) {
	s, dir := files(t)
	for n := range 3 {
		_, err := s.Do(word(fmt.Sprint(n), 0, action.Ticket{Thread: fmt.Sprintf("conversation-%d", n), Subject: "s", Priority: "low"}))
		require.NoError(t, err)
	}
	all, err := filepath.Glob(filepath.Join(dir, "*.json"))
	require.NoError(t, err)
	require.Len(t, all, 3)
}

func TestSixteenFirstWordsAtOnceAreOneTicketWhateverTheirOrder(t *testing.T) {
	var want string
	for range 5 {
		s, dir := files(t)
		var all sync.WaitGroup
		for _, n := range rand.Perm(16) {
			a := word(fmt.Sprintf("post-%d", n), n, action.Ticket{Subject: fmt.Sprint(n), Body: "b", Priority: "normal"})
			s.Keep(a)
			all.Go(func() {
				_, err := s.Ask(a)
				require.NoError(t, err)
			})
		}
		all.Wait()
		got, text := only(t, dir)
		require.Len(t, got.Updates, 16)
		if want == "" {
			want = text
		}
		require.Equal(t, want, text)
	}
}

func TestAResolvedConversationGetsNoTicketAnyMore(t *testing.T) {
	s, dir := files(t)
	th := thread.Thread{Profile: channeltest.Ann}
	th.SetState("socialcare", "key", thread.State{Updated: channeltest.Now, Goal: channeltest.Now})
	s.Keep(th)
	a, err := s.Do(complaint())
	require.NoError(t, err)
	require.Equal(t, action.Cancelled, a.Status)
	require.Equal(t, "goal", a.Reason)
	all, err := filepath.Glob(filepath.Join(dir, "*.json"))
	require.NoError(t, err)
	require.Empty(t, all)
}

func TestATicketFollowsTheCustomerWhoWasMerged(t *testing.T) {
	const bob = "019ce7a4-0000-7b3a-9d42-6f1e8a2b4c70"
	s, dir := files(t)
	s.Keep(profile.Tombstone(channeltest.Ann, bob), channeltest.Customer(bob, "instagram:ann"))
	_, err := s.Do(complaint())
	require.NoError(t, err)
	got, _ := only(t, dir)
	require.Equal(t, bob, got.Profile)
}

// Two posts of one conversation came from what were two visitors, until they turned out
// to be one: before the first was told to customer service, in between, or never.
func TestAConversationIsOneTicketWhenItsCustomersTurnOutToBeOne(t *testing.T) {
	const bob = "019ce7a4-0000-7b3a-9d42-6f1e8a2b4c70"
	for when, merged := range map[string]int{"before": 0, "in between": 1, "never": 2} {
		t.Run(when, func(t *testing.T) {
			s, dir := files(t)
			s.Keep(channeltest.Customer(bob, "instagram:bob"))
			second := reminder()
			second.Profile = bob
			for n, a := range []action.Action{complaint(), second} {
				if n == merged {
					s.Keep(profile.Tombstone(channeltest.Ann, bob))
				}
				_, err := s.Do(a)
				require.NoError(t, err)
			}
			got, _ := only(t, dir)
			require.Len(t, got.Updates, 2)
			require.Equal(t, bob, got.Profile)
		})
	}
}

func TestAThreadThatOnlyItsCustomerCallsSoIsATicketOfTheirs(t *testing.T) {
	const bob = "019ce7a4-0000-7b3a-9d42-6f1e8a2b4c70"
	s, dir := files(t)
	s.Keep(channeltest.Customer(bob, "instagram:bob"))
	for _, who := range []string{channeltest.Ann, bob} {
		a := word("call-back "+who, 0, action.Ticket{Subject: "Call", Priority: "low"})
		a.Profile, a.Content.Ticket.Where = who, ""
		_, err := s.Do(a)
		require.NoError(t, err)
	}
	all, err := filepath.Glob(filepath.Join(dir, "*.json"))
	require.NoError(t, err)
	require.Len(t, all, 2)
}

func TestATicketFileThatIsSpoiltIsNotOverwritten(t *testing.T) {
	s, dir := files(t)
	path := filepath.Join(dir, id("socialcare", "instagram", "conversation-7")+".json")
	require.NoError(t, os.WriteFile(path, []byte("{half"), 0o600))
	a, err := s.Do(complaint())
	require.ErrorContains(t, err, "invalid character 'h'")
	require.Equal(t, action.Requested, a.Status)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "{half", string(text))
}

func TestTheWebhookGetsEachUpdateUnderOneTicket(t *testing.T) {
	secret := "whsec_" + base64.StdEncoding.EncodeToString([]byte("thirty-two bytes of a made-up key"))
	check, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	var bodies []string
	desk := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.NoError(t, check.Verify(body, r.Header))
		bodies = append(bodies, r.Header.Get("webhook-id")+" "+string(body))
	}))
	defer desk.Close()
	s := channeltest.Open(t, Spec, map[string]string{"WEBHOOK_URL": desk.URL, "WEBHOOK_SECRET": secret})
	s.Keep(channeltest.Customer(channeltest.Ann, "instagram:ann"))
	first, err := s.Do(complaint())
	require.NoError(t, err)
	second, err := s.Do(reminder())
	require.NoError(t, err)
	require.Equal(t, first.Reference, second.Reference)
	require.Len(t, bodies, 2)
	require.JSONEq(t, `{"ticket_id":"`+first.Reference+`","thread":"conversation-7","flow":"socialcare","profile":"`+channeltest.Ann+`",
		"update_id":"`+first.ID+`","at":"2026-03-11T11:30:00Z","subject":"Complaint: @ann on instagram","body":"The chair came broken.",
		"priority":"high","due":"2026-03-11T12:30:00Z","language":"da","link":"https://social.example/p/1","complaint":true}`,
		bodies[0][len(first.ID)+1:])
	require.Equal(t, first.ID, bodies[0][:len(first.ID)])
}

func TestTicketsGoToOneSystemOnly(t *testing.T) {
	both := map[string]string{"ZENDESK_URL": "https://shop.zendesk.com", "ZENDESK_TOKEN": "hush", "RT_URL": "https://rt.shop.example", "RT_TOKEN": "hush"}
	_, err := Spec.New(function.Env{Override: map[string]map[string]string{"ticket": both}})
	require.EqualError(t, err, "settings of ticket: RT_URL and ZENDESK_URL are set, expected one of them")
}

func TestAWordThatWaitsForAnotherOnItsTicketEndsInTime(t *testing.T) {
	var all turns
	leave, err := all.take(t.Context(), "t-1")
	require.NoError(t, err)
	other, err := all.take(t.Context(), "t-2")
	require.NoError(t, err, "other tickets have turns of their own")
	other()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err = all.take(ctx, "t-1")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	leave()
	leave, err = all.take(t.Context(), "t-1")
	require.NoError(t, err)
	leave()
	require.Empty(t, all.of, "nothing is kept of them")
}

func TestAnActionWithoutATicketFails(t *testing.T) {
	s, _ := files(t)
	empty := complaint()
	empty.Content = action.Content{}
	a, err := s.Do(empty)
	require.NoError(t, err)
	require.Equal(t, action.Failed, a.Status)
	require.Equal(t, "the action holds no ticket", a.Reason)
}
