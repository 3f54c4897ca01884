package ticket

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"redthread.dev/shared/channel/rest"
)

// Chatwoot are the settings of Chatwoot.
type Chatwoot struct {
	ChatwootURL   string `envconfig:"CHATWOOT_URL"`     // https://app.chatwoot.com, or the shop's own; empty: not used
	ChatwootToken string `envconfig:"CHATWOOT_TOKEN"`   // secret; the access token of an administrator or a bot
	Account       string `envconfig:"CHATWOOT_ACCOUNT"` // a number
	Inbox         string `envconfig:"CHATWOOT_INBOX"`   // the identifier of an inbox of the kind API
}

// chatwoot is Chatwoot (https://developers.chatwoot.com/api-reference). A ticket is a
// conversation of a contact that is known in the inbox by the reference, its source_id,
// which cannot be there twice. Notes are private ones, which only agents see. Contacts are
// found and made through its Client API, which finds those of an e-mail address itself; all
// else is done through the Application API.
type chatwoot struct {
	inbox   *rest.Client
	account *rest.Client
}

func newChatwoot(s Chatwoot) (*chatwoot, error) {
	err := errors.Join(rest.Below("CHATWOOT_URL", s.ChatwootURL), rest.Token("CHATWOOT_TOKEN", s.ChatwootToken), rest.Token("CHATWOOT_INBOX", s.Inbox))
	switch {
	case err != nil:
		return nil, err
	case s.Account == "" || strings.Trim(s.Account, "0123456789") != "":
		return nil, fmt.Errorf("CHATWOOT_ACCOUNT is %q, expected the number of an account", s.Account)
	}
	root := strings.TrimSuffix(s.ChatwootURL, "/")
	return &chatwoot{
		inbox:   rest.New("chatwoot", root+"/public/api/v1/inboxes/"+s.Inbox, nil),
		account: rest.New("chatwoot", root+"/api/v1/accounts/"+s.Account, map[string]string{"api_access_token": s.ChatwootToken}),
	}, nil
}

func (*chatwoot) name() string { return "chatwoot" }

// Close drops idle connections.
func (c *chatwoot) Close() error { return errors.Join(c.inbox.Close(), c.account.Close()) }

// conversation is a ticket as Chatwoot has it.
type conversation struct {
	ID       int64    `json:"id"`
	Status   string   `json:"status"`   // open, pending, snoozed, resolved
	Priority string   `json:"priority"` // low, medium, high, urgent; empty: none
	Labels   []string `json:"labels"`
}

func (c *chatwoot) keep(ctx context.Context, n note) (string, error) {
	id, err := c.find(ctx, n)
	told := false
	switch {
	case err != nil:
		return "", err
	case id == 0:
		id, err = c.open(ctx, n)
	default:
		told, err = c.told(ctx, id, n)
	}
	var now conversation
	if err == nil {
		err = c.account.Call(ctx, http.MethodGet, at(id), nil, &now)
	}
	if err == nil && !told {
		err = c.tell(ctx, now, n)
	}
	if err == nil {
		err = c.raise(ctx, now, n)
	}
	return fmt.Sprint(id), err
}

func at(id int64) string { return fmt.Sprintf("/conversations/%d", id) }

// find returns the id of the first conversation under the reference; 0: none. It makes the
// contact if need be.
func (c *chatwoot) find(ctx context.Context, n note) (int64, error) {
	contact := map[string]string{"source_id": n.Ticket, "name": cmp.Or(n.name, n.email, n.title())}
	if n.email != "" {
		contact["email"] = n.email
	}
	if err := c.inbox.Call(ctx, http.MethodPost, "/contacts", contact, nil); err != nil {
		return 0, err
	}
	var all []conversation
	if err := c.inbox.Call(ctx, http.MethodGet, conversations(n), nil, &all); err != nil || len(all) == 0 {
		return 0, err
	}
	return slices.MinFunc(all, func(a, b conversation) int { return cmp.Compare(a.ID, b.ID) }).ID, nil
}

func conversations(n note) string { return "/contacts/" + url.PathEscape(n.Ticket) + "/conversations" }

// open opens a conversation. Its attributes say what it is about, and what a
// service.resolved has to name.
func (c *chatwoot) open(ctx context.Context, n note) (int64, error) {
	var made conversation
	about := map[string]any{"custom_attributes": map[string]string{"ticket_id": n.Ticket, "thread": n.Thread, "flow": n.Flow, "subject": n.title()}}
	err := c.inbox.Call(ctx, http.MethodPost, conversations(n), about, &made)
	return made.ID, err
}

// told tells whether a note is among the last texts of a conversation: Chatwoot shows twenty.
func (c *chatwoot) told(ctx context.Context, id int64, n note) (bool, error) {
	var all struct {
		Payload []struct{ Content string }
	}
	err := c.account.Call(ctx, http.MethodGet, at(id)+"/messages", nil, &all)
	return slices.ContainsFunc(all.Payload, func(m struct{ Content string }) bool { return strings.Contains(m.Content, n.mark()) }), err
}

// tell writes a note. A conversation that was resolved or put off is open again first, as
// Chatwoot has it when a customer writes anew; a private note alone would not do that.
func (c *chatwoot) tell(ctx context.Context, now conversation, n note) error {
	if now.Status == "resolved" || now.Status == "snoozed" {
		if err := c.account.Call(ctx, http.MethodPost, at(now.ID)+"/toggle_status", map[string]string{"status": "open"}, nil); err != nil {
			return err
		}
	}
	content := n.text()
	if subject := n.title(); subject != "" {
		content = "**" + subject + "**\n\n" + content
	}
	return c.account.Call(ctx, http.MethodPost, at(now.ID)+"/messages", map[string]any{"content": content, "message_type": "outgoing", "private": true}, nil)
}

var weights = []string{"", "low", "medium", "high", "urgent"}

// raise gives a conversation the highest priority of its notes, and labels a complaint.
func (c *chatwoot) raise(ctx context.Context, now conversation, n note) error {
	priority := n.Priority
	if priority == "normal" {
		priority = "medium"
	}
	if slices.Index(weights, priority) > slices.Index(weights, now.Priority) {
		if err := c.account.Call(ctx, http.MethodPost, at(now.ID)+"/toggle_priority", map[string]string{"priority": priority}, nil); err != nil {
			return err
		}
	}
	if !n.Complaint || slices.Contains(now.Labels, complaintTag) {
		return nil
	}
	return c.account.Call(ctx, http.MethodPost, at(now.ID)+"/labels", map[string]any{"labels": append(now.Labels, complaintTag)}, nil)
}
