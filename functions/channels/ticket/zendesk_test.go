package ticket

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/channel"
)

func TestAConversationIsOneTicketOfZendesk(t *testing.T) {
	z := zendeskAccount(t)
	s := z.shop(t, nil)
	for _, x := range []action.Action{reminder(), complaint(), complaint()} {
		did, err := s.Do(x)
		require.NoError(t, err)
		require.Equal(t, action.Sent, did.Status, did.Reason)
		require.Equal(t, "zendesk", did.Provider)
		require.Equal(t, "100", did.Reference)
	}
	require.Len(t, z.tickets, 1)
	ticket := z.tickets[0]
	require.Equal(t, id("socialcare", "instagram", "conversation-7"), ticket.Reference)
	require.Equal(t, "Complaint: @ann on instagram", ticket.Subject)
	require.Equal(t, "high", ticket.Priority)
	require.Equal(t, &requester{"Ann Holm", "ann@shop.example"}, ticket.Requester)
	require.Equal(t, []string{"redthread", "socialcare"}, ticket.Tags)
	require.Len(t, ticket.comments, 2)
	require.Equal(t, zendeskComment{Public: false, Body: `The chair came broken.

Link: https://social.example/p/1
Answer by: 2026-03-11 12:30 UTC
Language: da
Thread: conversation-7
redthread ` + ticket.Reference + " " + complaint().ID}, ticket.comments[1])
}

func TestWhateverAnswerZendeskLosesNothingIsThereTwice(t *testing.T) {
	for _, lost := range []string{"POST /tickets", "PUT /tickets/{id}"} {
		t.Run(lost, func(t *testing.T) {
			z := zendeskAccount(t)
			s := z.shop(t, nil)
			z.lose = lost
			for _, x := range []action.Action{complaint(), reminder()} {
				did, err := s.Do(x)
				if err != nil {
					require.ErrorContains(t, err, "zendesk: EOF")
					require.Equal(t, action.Requested, did.Status)
					_, err = s.Ask(did)
				}
				require.NoError(t, err)
			}
			require.Empty(t, z.lose)
			require.Len(t, z.tickets, 1)
			require.Len(t, z.tickets[0].comments, 2)
		})
	}
}

// Another process looked for the ticket at the same moment, and found none either.
func TestTwoProcessesThatOpenATicketAtOnceOpenOne(t *testing.T) {
	z := zendeskAccount(t)
	s := z.shop(t, nil)
	z.fail = func(name string) (int, http.Header, any) {
		if name == "POST /tickets" && len(z.tickets) == 0 {
			other := fmt.Sprintf(`{"ticket":{"external_id":%q,"priority":"low","comment":{"body":"theirs"}}}`, id("socialcare", "instagram", "conversation-7"))
			z.open(id("socialcare", "instagram", "conversation-7")+"-0", []byte(other))
		}
		return 0, nil, nil
	}
	did, err := s.Do(complaint())
	require.ErrorContains(t, err, "zendesk answered 400 Bad Request: IdempotentRequestError")
	_, err = s.Ask(did)
	require.NoError(t, err)
	require.Len(t, z.tickets, 1)
	require.Len(t, z.tickets[0].comments, 2)
}

func TestANewComplaintOpensWhatWasSolvedAndFollowsWhatWasClosed(t *testing.T) {
	for status, want := range map[string]string{"new": "new", "hold": "hold", "pending": "open", "solved": "open"} {
		z := zendeskAccount(t)
		s := z.shop(t, nil)
		_, err := s.Do(complaint())
		require.NoError(t, err)
		z.tickets[0].Status = status
		_, err = s.Do(reminder())
		require.NoError(t, err)
		require.Len(t, z.tickets, 1)
		require.Equal(t, want, z.tickets[0].Status)
	}
	z := zendeskAccount(t)
	s := z.shop(t, nil)
	for n := range 3 {
		did, err := s.Do(word(fmt.Sprint(n), n, action.Ticket{Subject: "s", Body: "b", Priority: "low"}))
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint(100+n), did.Reference)
		z.tickets[n].Status = "closed"
	}
	require.EqualValues(t, []int64{0, 100, 101}, []int64{z.tickets[0].After, z.tickets[1].After, z.tickets[2].After})
	did, err := s.Do(word("2", 2, action.Ticket{Subject: "s", Body: "b", Priority: "low"}))
	require.NoError(t, err)
	require.Equal(t, "102", did.Reference, "it was done, and the ticket was closed before that was known")
	require.Len(t, z.tickets, 3)
}

func TestATicketClosedAtThisMomentIsFollowedTheNextTime(t *testing.T) {
	z := zendeskAccount(t)
	s := z.shop(t, nil)
	_, err := s.Do(complaint())
	require.NoError(t, err)
	z.fail = func(name string) (int, http.Header, any) {
		if name == "PUT /tickets/{id}" {
			z.tickets[0].Status = "closed"
		}
		return 0, nil, nil
	}
	did, err := s.Do(reminder())
	require.ErrorContains(t, err, "zendesk answered 422 Unprocessable Entity: RecordInvalid")
	_, err = s.Ask(did)
	require.NoError(t, err)
	require.Len(t, z.tickets, 2)
}

func TestWhatPeopleAtZendeskHaveSetHigherStays(t *testing.T) {
	z := zendeskAccount(t)
	s := z.shop(t, nil)
	_, err := s.Do(complaint())
	require.NoError(t, err)
	z.tickets[0].Priority = "urgent"
	_, err = s.Do(reminder())
	require.NoError(t, err)
	require.Equal(t, "urgent", z.tickets[0].Priority)
}

func TestATokenOfOAuthNeedsNoUser(t *testing.T) {
	z := zendeskAccount(t)
	_, err := z.shop(t, map[string]string{"ZENDESK_USER": ""}).Do(complaint())
	require.NoError(t, err)
}

func TestAVeryLongTextIsCutToWhatZendeskTakes(t *testing.T) {
	z := zendeskAccount(t)
	_, err := z.shop(t, nil).Do(word("1", 0, action.Ticket{Subject: "s", Body: strings.Repeat("æ🪑", 40_000), Priority: "low"}))
	require.NoError(t, err)
	body := z.tickets[0].comments[0].Body
	require.True(t, strings.HasPrefix(body, strings.Repeat("æ🪑", 30_000)+"…\n\nThread:"))
}

func TestZendeskIsLetAloneForAsLongAsItSays(t *testing.T) {
	z := zendeskAccount(t)
	s := z.shop(t, nil)
	z.fail = func(string) (int, http.Header, any) {
		return http.StatusTooManyRequests, http.Header{"Retry-After": {"60"}}, map[string]any{"error": map[string]string{"title": "Too many requests"}}
	}
	_, err := s.Do(complaint())
	require.ErrorContains(t, err, "zendesk answered 429 Too Many Requests")
	_, err = s.Do(reminder())
	require.ErrorContains(t, err, "the provider asked to be let alone for another 1m0s")
	require.Len(t, z.requests, 1)
}

func TestNeitherTheTokenNorTheCustomerIsToldToAnybodyElse(t *testing.T) {
	z := zendeskAccount(t)
	s := z.shop(t, map[string]string{"ZENDESK_TOKEN": "hushhushhush"})
	did, err := s.Do(complaint())
	require.ErrorContains(t, err, "zendesk answered 401 Unauthorized")
	said := err.Error() + did.Reason + s.Logged()
	z.fail = func(string) (int, http.Header, any) {
		return http.StatusUnprocessableEntity, nil, map[string]any{"error": "RecordInvalid", "description": "Ann Holm, ann@shop.example " + zendeskToken}
	}
	s = z.shop(t, nil)
	did, err = s.Do(complaint())
	require.NoError(t, err)
	require.Equal(t, action.Failed, did.Status)
	require.Equal(t, "zendesk answered 422 Unprocessable Entity: RecordInvalid", did.Reason)
	said += did.Reason + s.Logged()
	for _, secret := range []string{zendeskToken, "hush", "Ann", "Holm", "ann@"} {
		require.NotContains(t, said, secret)
	}
}

func TestWhatIsDoneAboutAnAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		status     int
		retryAfter string
		want       channel.Fault
	}{
		"it says for how long":      {429, "7", channel.Fault{After: 7 * time.Second}},
		"it is being mended":        {503, "30", channel.Fault{After: 30 * time.Second}},
		"the token has expired":     {401, "", channel.Fault{}},
		"the agent may not do that": {403, "", channel.Fault{}},
		"there is no such account":  {404, "", channel.Fault{}},
		"somebody else is at it":    {409, "", channel.Fault{}},
		"it took too long":          {504, "", channel.Fault{Unsure: true}},
		"it is wrong":               {422, "", channel.Fault{Never: true}},
		"it is too large":           {413, "", channel.Fault{Never: true}},
		"it is somewhere else":      {301, "", channel.Fault{Never: true}},
	} {
		t.Run(name, func(t *testing.T) {
			account := zendeskAccount(t)
			account.fail = func(string) (int, http.Header, any) {
				return c.status, http.Header{"Retry-After": {c.retryAfter}}, map[string]string{"error": "x"}
			}
			z, err := newZendesk(Zendesk{account.url, "", zendeskToken})
			require.NoError(t, err)
			_, err = z.keep(t.Context(), note{})
			var f *channel.Fault
			require.ErrorAs(t, err, &f)
			require.ErrorContains(t, err, fmt.Sprintf("zendesk answered %d", c.status))
			require.Equal(t, c.want, channel.Fault{Never: f.Never, Unsure: f.Unsure, After: f.After})
		})
	}
}
