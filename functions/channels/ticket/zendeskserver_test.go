package ticket

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"redthread.dev/shared/channel/channeltest"
)

const zendeskToken = "0000aaaa1111bbbb2222cccc3333dddd4444eeee"

// zendesks is a Zendesk account.
type zendesks struct {
	*described
	tickets []*zendeskTicket
	keys    map[string]string // what was asked, by Idempotency-Key
}

type zendeskTicket struct {
	zendesked
	comments []zendeskComment
}

func zendeskAccount(t *testing.T) *zendesks {
	z := &zendesks{described: describe(t, "zendesk"), keys: map[string]string{}}
	z.plain = func(r *http.Request) (string, bool) {
		user, password, _ := r.BasicAuth()
		path, _ := strings.CutPrefix(r.URL.Path, "/api/v2")
		return r.Method + " " + numbered(path), user == "agent@shop.example/token" && password == zendeskToken || r.Header.Get("Authorization") == "Bearer "+zendeskToken
	}
	z.do = z.done
	return z
}

func (z *zendesks) shop(t *testing.T, settings map[string]string) *channeltest.Shop {
	all := map[string]string{"ZENDESK_URL": z.url, "ZENDESK_USER": "agent@shop.example", "ZENDESK_TOKEN": zendeskToken}
	for k, v := range settings {
		all[k] = v
	}
	return desked(t, all)
}

func (z *zendesks) done(name string, r *http.Request, body []byte) (int, any) {
	switch name {
	case "GET /tickets":
		all := []any{}
		for _, t := range slices.Backward(z.tickets) {
			if t.Reference == r.URL.Query().Get("external_id") {
				all = append(all, t.shown())
			}
		}
		return http.StatusOK, map[string]any{"tickets": all}
	case "POST /tickets":
		return z.open(r.Header.Get("Idempotency-Key"), body)
	}
	var number int
	fmt.Sscanf(r.URL.Path, "/api/v2/tickets/%d", &number) //nolint:errcheck // the path has one
	t := z.tickets[number-100]
	if r.Method == http.MethodPut {
		return t.change(body)
	}
	all := []any{}
	for i, c := range slices.Backward(t.comments) {
		all = append(all, map[string]any{"id": i, "body": c.Body, "public": c.Public})
	}
	return http.StatusOK, map[string]any{"comments": all[:min(100, len(all))]}
}

func (z *zendesks) open(key string, body []byte) (int, any) {
	if asked, known := z.keys[key]; known {
		if asked != string(body) {
			return http.StatusBadRequest, map[string]string{"error": "IdempotentRequestError", "description": "The key was used for something else"}
		}
		return http.StatusCreated, map[string]any{"ticket": z.tickets[len(z.tickets)-1].shown()}
	}
	var asked one
	json.Unmarshal(body, &asked) //nolint:errcheck // it is valid
	t := &zendeskTicket{zendesked: asked.Ticket, comments: []zendeskComment{*asked.Ticket.Comment}}
	t.ID, t.Status = int64(100+len(z.tickets)), "new"
	z.keys[key], z.tickets = string(body), append(z.tickets, t)
	return http.StatusCreated, map[string]any{"ticket": t.shown()}
}

func (t *zendeskTicket) change(body []byte) (int, any) {
	if t.Status == "closed" {
		return http.StatusUnprocessableEntity, map[string]any{"error": "RecordInvalid", "description": "Record validation errors",
			"details": map[string]any{"status": []any{map[string]string{"description": "Status: closed prevents ticket update"}}}}
	}
	var asked one
	json.Unmarshal(body, &asked) //nolint:errcheck // it is valid
	t.comments = append(t.comments, *asked.Ticket.Comment)
	if asked.Ticket.Status != "" {
		t.Status = asked.Ticket.Status
	}
	if asked.Ticket.Priority != "" {
		t.Priority = asked.Ticket.Priority
	}
	return http.StatusOK, map[string]any{"ticket": t.shown()}
}

func (t *zendeskTicket) shown() any {
	return map[string]any{"id": t.ID, "external_id": t.Reference, "subject": t.Subject, "status": t.Status, "priority": t.Priority}
}
