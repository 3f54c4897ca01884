package ticket

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/rest"
)

// Zendesk are the settings of Zendesk.
type Zendesk struct {
	ZendeskURL   string `envconfig:"ZENDESK_URL"`   // https://SHOP.zendesk.com; empty: not used
	ZendeskUser  string `envconfig:"ZENDESK_USER"`  // e-mail address of the agent that an API token is used as; empty: the token is one of OAuth
	ZendeskToken string `envconfig:"ZENDESK_TOKEN"` // secret
}

// zendesk is Zendesk, asked through its Ticketing API
// (https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/). A ticket has the
// reference as its external_id. Notes are internal ones, so that its triggers do not mail
// them to the customer.
type zendesk struct{ *rest.Client }

func newZendesk(s Zendesk) (*zendesk, error) {
	if err := errors.Join(rest.Below("ZENDESK_URL", s.ZendeskURL), rest.Token("ZENDESK_TOKEN", s.ZendeskToken)); err != nil {
		return nil, err
	}
	by := "Bearer " + s.ZendeskToken
	if s.ZendeskUser != "" {
		if !strings.Contains(s.ZendeskUser, "@") || strings.ContainsAny(s.ZendeskUser, ":/ ") {
			shown := s.ZendeskUser[:strings.IndexAny(s.ZendeskUser+":", ":/")] // what is behind it may be the token
			return nil, fmt.Errorf("ZENDESK_USER is %q, expected the e-mail address of an agent and nothing else", shown)
		}
		by = "Basic " + base64.StdEncoding.EncodeToString([]byte(s.ZendeskUser+"/token:"+s.ZendeskToken))
	}
	z := &zendesk{rest.New("zendesk", strings.TrimSuffix(s.ZendeskURL, "/")+"/api/v2", map[string]string{"Authorization": by})}
	z.Amend = amendZendesk
	return z, nil
}

func (*zendesk) name() string { return "zendesk" }

// amendZendesk has two refusals tried again, as the ticket is then found as it has become: of
// a key that another update has opened the ticket under, and of a ticket closed meanwhile.
func amendZendesk(f *channel.Fault, status int, answer []byte) {
	var said struct {
		Error   any // a word, or an object of words for people
		Details map[string]any
	}
	json.Unmarshal(answer, &said) //nolint:errcheck // then it says nothing
	word, _ := said.Error.(string)
	if word != "" && strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == "" {
		f.Err = fmt.Errorf("%w: %s", f.Err, word)
	}
	opened := status == http.StatusBadRequest && strings.Contains(word, "dempoten")
	closed := status == http.StatusUnprocessableEntity && said.Details["status"] != nil
	f.Never = f.Never && !opened && !closed
}

// zendesked is a ticket as Zendesk has it; what is empty is not told.
type zendesked struct {
	ID        int64           `json:"id,omitempty"`
	Reference string          `json:"external_id,omitempty"`
	Subject   string          `json:"subject,omitempty"`
	Status    string          `json:"status,omitempty"`
	Priority  string          `json:"priority,omitempty"`
	Tags      []string        `json:"tags,omitempty"`
	Requester *requester      `json:"requester,omitempty"`
	Comment   *zendeskComment `json:"comment,omitempty"`
	After     int64           `json:"via_followup_source_id,omitempty"` // the closed ticket that this one follows
}

type requester struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

type zendeskComment struct {
	Body   string `json:"body"`
	Public bool   `json:"public"`
}

// one is how Zendesk wraps a ticket.
type one struct {
	Ticket zendesked `json:"ticket"`
}

func (z *zendesk) keep(ctx context.Context, n note) (string, error) {
	ticket, err := z.find(ctx, n.Ticket)
	told := false
	if err == nil && ticket.ID != 0 {
		told, err = z.told(ctx, ticket.ID, n)
	}
	switch {
	case err != nil:
		return "", err
	case told:
	case ticket.ID == 0 || ticket.Status == "closed":
		ticket, err = z.open(ctx, n, ticket.ID)
	default:
		err = z.tell(ctx, ticket, n)
	}
	return fmt.Sprint(ticket.ID), err
}

// find returns the ticket of a reference: the first that is not closed for good, or else the
// last that is; none has the id 0.
func (z *zendesk) find(ctx context.Context, reference string) (zendesked, error) {
	var found struct{ Tickets []zendesked }
	if err := z.Call(ctx, http.MethodGet, "/tickets?external_id="+url.QueryEscape(reference), nil, &found); err != nil || len(found.Tickets) == 0 {
		return zendesked{}, err
	}
	slices.SortFunc(found.Tickets, func(a, b zendesked) int { return cmp.Compare(a.ID, b.ID) })
	for _, t := range found.Tickets {
		if t.Status != "closed" {
			return t, nil
		}
	}
	return found.Tickets[len(found.Tickets)-1], nil
}

// open opens a ticket under a key that Zendesk knows for two hours: whoever else opens the
// same one at the same time does not.
func (z *zendesk) open(ctx context.Context, n note, after int64) (zendesked, error) {
	t := zendesked{Reference: n.Ticket, Subject: n.title(), Priority: n.Priority, Tags: []string{"redthread", n.Flow},
		Comment: &zendeskComment{Body: n.text()}, After: after}
	if n.Complaint {
		t.Tags = append(t.Tags, complaintTag)
	}
	if n.email != "" {
		t.Requester = &requester{Name: cmp.Or(n.name, n.email), Email: n.email}
	}
	var made one
	err := z.With("Idempotency-Key", fmt.Sprintf("%s-%d", n.Ticket, after)).Call(ctx, http.MethodPost, "/tickets", one{t}, &made)
	return made.Ticket, err
}

// told tells whether a note is among the last hundred comments of a ticket.
func (z *zendesk) told(ctx context.Context, id int64, n note) (bool, error) {
	var all struct{ Comments []zendeskComment }
	err := z.Call(ctx, http.MethodGet, fmt.Sprintf("/tickets/%d/comments?sort=-created_at&page%%5Bsize%%5D=100", id), nil, &all)
	return slices.ContainsFunc(all.Comments, func(c zendeskComment) bool { return strings.Contains(c.Body, n.mark()) }), err
}

var urgency = []string{"", "low", "normal", "high", "urgent"}

// tell writes a note, and with it raises the priority. A ticket that was solved, or waited
// for the customer, is open again, as Zendesk has it when a customer writes anew.
func (z *zendesk) tell(ctx context.Context, t zendesked, n note) error {
	change := zendesked{Comment: &zendeskComment{Body: n.text()}}
	if slices.Index(urgency, n.Priority) > slices.Index(urgency, t.Priority) {
		change.Priority = n.Priority
	}
	if t.Status == "solved" || t.Status == "pending" {
		change.Status = "open"
	}
	return z.Call(ctx, http.MethodPut, fmt.Sprintf("/tickets/%d", t.ID), one{change}, nil)
}
