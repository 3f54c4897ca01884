package ticket

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
)

const (
	chatwootToken = "AbCdEfGhIjKlMnOpQrStUvWx"
	chatwootInbox = "inboxInboxInboxInbox"
)

// chatwoots is a Chatwoot account with one inbox.
type chatwoots struct {
	*described
	contacts      []chatwootContact
	of            map[string]int // contacts by source_id
	conversations []*chatwootConversation
}

type chatwootContact struct {
	Source string `json:"source_id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
}

type chatwootConversation struct {
	conversation
	source   string
	about    map[string]string
	messages []map[string]any
}

func chatwootAccount(t *testing.T) *chatwoots {
	c := &chatwoots{described: describe(t, "chatwoot"), of: map[string]int{}}
	c.plain = func(r *http.Request) (string, bool) {
		path, public := strings.CutPrefix(numbered(r.URL.Path), "/public/api/v1/inboxes/"+chatwootInbox)
		if !public {
			return r.Method + " " + path, r.Header.Get("api_access_token") == chatwootToken
		}
		if parts := strings.Split(path, "/"); len(parts) > 2 {
			path = "/contacts/{contact}/" + strings.Join(parts[3:], "/")
		}
		return r.Method + " /public/api/v1/inboxes/{inbox}" + path, r.Header.Get("api_access_token") == ""
	}
	c.do = c.done
	return c
}

func (c *chatwoots) shop(t *testing.T, settings map[string]string) *channeltest.Shop {
	all := map[string]string{"CHATWOOT_URL": c.url, "CHATWOOT_TOKEN": chatwootToken, "CHATWOOT_ACCOUNT": "3", "CHATWOOT_INBOX": chatwootInbox}
	for k, v := range settings {
		all[k] = v
	}
	return desked(t, all)
}

func (c *chatwoots) done(name string, r *http.Request, body []byte) (int, any) {
	parts := strings.Split(r.URL.Path, "/")
	if parts[1] == "public" {
		return c.public(name, parts, body)
	}
	var number int
	fmt.Sscan(parts[6], &number) //nolint:errcheck // the path has one
	x := c.conversations[number-1]
	var asked struct {
		Status, Priority string
		Labels           []string
	}
	json.Unmarshal(body, &asked) //nolint:errcheck // it is valid
	switch {
	case len(parts) == 7:
		return http.StatusOK, map[string]any{"id": x.ID, "status": x.Status, "priority": empty(x.Priority), "labels": append([]string{}, x.Labels...)}
	case parts[7] == "toggle_status":
		x.Status = asked.Status
		return http.StatusOK, map[string]any{"payload": map[string]any{"success": true}}
	case parts[7] == "toggle_priority":
		x.Priority = asked.Priority
		return http.StatusOK, nil
	case parts[7] == "labels":
		x.Labels = asked.Labels
		return http.StatusOK, map[string]any{"payload": x.Labels}
	case r.Method == http.MethodGet:
		return http.StatusOK, map[string]any{"payload": append([]map[string]any{}, x.messages[max(0, len(x.messages)-20):]...)}
	}
	message := map[string]any{"id": len(x.messages)}
	json.Unmarshal(body, &message) //nolint:errcheck // it is valid
	x.messages = append(x.messages, message)
	return http.StatusOK, message
}

// public is the Client API. A contact is found by its e-mail address, whichever source it is
// made for.
func (c *chatwoots) public(name string, parts []string, body []byte) (int, any) {
	var asked struct {
		chatwootContact
		About map[string]string `json:"custom_attributes"`
	}
	json.Unmarshal(body, &asked) //nolint:errcheck // it may be empty
	if strings.HasSuffix(name, "/contacts") {
		at, known := c.of[asked.Source]
		if !known {
			at = slices.IndexFunc(c.contacts, func(x chatwootContact) bool { return x.Email != "" && x.Email == asked.Email })
		}
		if at < 0 {
			at, c.contacts = len(c.contacts), append(c.contacts, asked.chatwootContact)
		}
		c.of[asked.Source] = at
		return http.StatusOK, map[string]any{"source_id": asked.Source, "name": c.contacts[at].Name, "email": empty(c.contacts[at].Email)}
	}
	source := parts[7]
	if strings.HasPrefix(name, "POST") {
		x := &chatwootConversation{conversation: conversation{ID: int64(len(c.conversations) + 1), Status: "open"}, source: source, about: asked.About}
		c.conversations = append(c.conversations, x)
		return http.StatusOK, map[string]any{"id": x.ID}
	}
	all := []any{}
	for _, x := range slices.Backward(c.conversations) {
		if x.source == source {
			all = append(all, map[string]any{"id": x.ID})
		}
	}
	return http.StatusOK, all
}

func empty(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func TestAConversationIsOneTicketOfChatwoot(t *testing.T) {
	c := chatwootAccount(t)
	s := c.shop(t, nil)
	for _, x := range []action.Action{reminder(), complaint(), complaint()} {
		did, err := s.Do(x)
		require.NoError(t, err)
		require.Equal(t, action.Sent, did.Status, did.Reason)
		require.Equal(t, "chatwoot", did.Provider)
		require.Equal(t, "1", did.Reference)
	}
	reference := id("socialcare", "instagram", "conversation-7")
	require.Equal(t, []chatwootContact{{reference, "Ann Holm", "ann@shop.example"}}, c.contacts)
	require.Len(t, c.conversations, 1)
	x := c.conversations[0]
	require.Equal(t, conversation{ID: 1, Status: "open", Priority: "high", Labels: []string{"complaint"}}, x.conversation)
	require.Equal(t, map[string]string{"ticket_id": reference, "thread": "conversation-7", "flow": "socialcare", "subject": "Complaint: @ann on instagram"}, x.about)
	require.Len(t, x.messages, 2)
	require.Equal(t, true, x.messages[1]["private"], "only agents see it")
	require.Equal(t, "outgoing", x.messages[1]["message_type"])
	require.Equal(t, "**Complaint: @ann on instagram**\n\nThe chair came broken.\n\nLink: https://social.example/p/1\nAnswer by: 2026-03-11 12:30 UTC\n"+
		"Language: da\nThread: conversation-7\nredthread "+reference+" "+complaint().ID, x.messages[1]["content"])
}

func TestTicketsOfOneCustomerAreOfOneContactInChatwoot(t *testing.T) {
	c := chatwootAccount(t)
	s := c.shop(t, nil)
	for _, threadOf := range []string{"a", "b"} {
		_, err := s.Do(said(threadOf, threadOf, 0, action.Ticket{Subject: "s", Body: "b", Priority: "low"}))
		require.NoError(t, err)
	}
	require.Len(t, c.contacts, 1)
	require.Len(t, c.conversations, 2)
}

func TestACustomerWithoutAnAddressIsAContactAllTheSame(t *testing.T) {
	c := chatwootAccount(t)
	s := c.shop(t, nil)
	s.Keep(channeltest.Customer(channeltest.Ann, "instagram:ann"))
	_, err := s.Do(complaint())
	require.NoError(t, err)
	require.Equal(t, "Complaint: @ann on instagram", c.contacts[0].Name)
}

func TestWhateverAnswerChatwootLosesNothingIsThereTwice(t *testing.T) {
	const inbox, account = "/public/api/v1/inboxes/{inbox}", "/api/v1/accounts/{id}/conversations/{id}/"
	for _, lost := range []string{"POST " + inbox + "/contacts", "POST " + inbox + "/contacts/{contact}/conversations",
		"POST " + account + "messages", "POST " + account + "toggle_priority", "POST " + account + "labels"} {
		t.Run(lost, func(t *testing.T) {
			c := chatwootAccount(t)
			s := c.shop(t, nil)
			c.lose = lost
			did, err := s.Do(complaint())
			require.ErrorContains(t, err, "chatwoot: EOF")
			require.Equal(t, action.Requested, did.Status)
			_, err = s.Ask(did)
			require.NoError(t, err)
			require.Len(t, c.contacts, 1)
			require.Len(t, c.conversations, 1)
			require.Len(t, c.conversations[0].messages, 1)
			require.Equal(t, "high", c.conversations[0].Priority)
			require.Equal(t, []string{"complaint"}, c.conversations[0].Labels)
		})
	}
}

func TestSixteenFirstWordsAtOnceAreOneConversation(t *testing.T) {
	c := chatwootAccount(t)
	s := c.shop(t, nil)
	var all sync.WaitGroup
	for n := range 16 {
		a := word(fmt.Sprint(n), n, action.Ticket{Subject: "s", Body: "b", Priority: "normal"})
		s.Keep(a)
		all.Go(func() {
			_, err := s.Ask(a)
			require.NoError(t, err)
		})
	}
	all.Wait()
	require.Len(t, c.conversations, 1)
	require.Len(t, c.conversations[0].messages, 16)
	require.Equal(t, "medium", c.conversations[0].Priority)
}

func TestANewComplaintOpensWhatWasResolvedOrPutOff(t *testing.T) {
	for status, want := range map[string]string{"open": "open", "pending": "pending", "snoozed": "open", "resolved": "open"} {
		c := chatwootAccount(t)
		s := c.shop(t, nil)
		_, err := s.Do(complaint())
		require.NoError(t, err)
		c.conversations[0].Status, c.conversations[0].Priority, c.conversations[0].Labels = status, "urgent", []string{"complaint", "vip"}
		_, err = s.Do(reminder())
		require.NoError(t, err)
		require.Len(t, c.conversations, 1)
		require.Equal(t, conversation{ID: 1, Status: want, Priority: "urgent", Labels: []string{"complaint", "vip"}}, c.conversations[0].conversation)
	}
}

func TestNeitherTheTokenNorTheInboxIsToldToAnybodyElse(t *testing.T) {
	c := chatwootAccount(t)
	s := c.shop(t, map[string]string{"CHATWOOT_TOKEN": "hushhushhush"})
	did, err := s.Do(complaint())
	require.ErrorContains(t, err, "chatwoot answered 401 Unauthorized")
	require.Equal(t, action.Requested, did.Status, "somebody can see to the token")
	said := err.Error() + did.Reason + s.Logged()
	s = c.shop(t, map[string]string{"CHATWOOT_URL": "http://127.0.0.1:1"})
	did, err = s.Do(complaint())
	require.ErrorContains(t, err, "connection refused")
	said += err.Error() + did.Reason + s.Logged()
	for _, secret := range []string{chatwootToken, chatwootInbox, "hush", "Ann", "Holm", "ann@"} {
		require.NotContains(t, said, secret)
	}
}
