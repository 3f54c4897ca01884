package ticket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/rest"
)

// RequestTracker are the settings of Request Tracker, from version 5 on.
type RequestTracker struct {
	TrackerURL   string `envconfig:"RT_URL"`                     // where it is, without REST/2.0; empty: not used
	TrackerToken string `envconfig:"RT_TOKEN"`                   // secret; an authentication token of a user who may do what docs/tickets.md says
	Queue        string `envconfig:"RT_QUEUE" default:"General"` // where tickets are opened
}

// tracker is Request Tracker, asked through REST2 (https://docs.bestpractical.com/rt/latest/RT/REST2.html).
// A ticket refers to redthread:ID, by which it is found. Notes are comments, which only
// staff see; the customer becomes its requestor after it was opened, so that RT's automatic
// reply does not tell them of it.
type tracker struct {
	*rest.Client
	queue string
}

func newTracker(s RequestTracker) (*tracker, error) {
	if err := errors.Join(rest.Below("RT_URL", s.TrackerURL), rest.Token("RT_TOKEN", s.TrackerToken)); err != nil {
		return nil, err
	}
	if s.Queue == "" || strings.TrimSpace(s.Queue) != s.Queue {
		return nil, fmt.Errorf("RT_QUEUE is %q, expected the name of a queue", s.Queue)
	}
	t := &tracker{rest.New("rt", strings.TrimSuffix(s.TrackerURL, "/")+"/REST/2.0", map[string]string{"Authorization": "token " + s.TrackerToken}), s.Queue}
	t.Amend = t.amend
	return t, nil
}

func (*tracker) name() string { return "rt" }

// amend says which queue it is that RT does not let us open tickets in: it has none of the
// name, or not for us.
func (t *tracker) amend(f *channel.Fault, status int, answer []byte) {
	var said struct{ Message string }
	json.Unmarshal(answer, &said) //nolint:errcheck // then it says nothing
	if status == http.StatusForbidden && strings.Contains(said.Message, "queue") {
		f.Err = fmt.Errorf("%w: no tickets can be opened in the queue %q of RT_QUEUE", f.Err, t.queue)
	}
}

// tracked is a ticket as RT has it.
type tracked struct {
	ID        json.Number `json:"id"`
	Priority  json.Number // 0 to 100
	Due       string      // as RFC 3339 has it; it is set as SQL has it, in UTC
	Requestor []struct{ ID string }
	over      bool // resolved, rejected, or whatever the queue calls it
}

func (t *tracker) keep(ctx context.Context, n note) (string, error) {
	ticket, err := t.find(ctx, n.Ticket)
	told := false
	switch {
	case err != nil:
	case ticket == nil:
		ticket, err = t.open(ctx, n)
	default:
		told, err = t.told(ctx, ticket.ID, n)
	}
	if err != nil {
		return "", err
	}
	if !told {
		err = t.tell(ctx, *ticket, n)
	}
	if err == nil {
		err = t.raise(ctx, *ticket, n)
	}
	return ticket.ID.String(), err
}

// find returns the ticket that refers to a reference; nil if there is none. Two, of
// requests that were both thought lost, become one.
func (t *tracker) find(ctx context.Context, reference string) (*tracked, error) {
	all, err := t.search(ctx, "RefersTo = 'redthread:"+reference+"'")
	if err != nil || len(all) == 0 {
		return nil, err
	}
	for _, double := range all[1:] {
		if err := t.change(ctx, double.ID, map[string]any{"MergeInto": all[0].ID}); err != nil {
			return nil, err
		}
	}
	over, err := t.search(ctx, "id = "+all[0].ID.String()+" AND Status = '__Inactive__'")
	all[0].over = len(over) > 0
	return &all[0], err
}

func (t *tracker) search(ctx context.Context, query string) ([]tracked, error) {
	var found struct{ Items []tracked }
	asked := url.Values{"query": {query}, "fields": {"Priority,Due,Requestor"}, "orderby": {"id"}}
	err := t.Call(ctx, http.MethodGet, "/tickets?"+asked.Encode(), nil, &found)
	return found.Items, err
}

// ranks are RT's own numbers for its words Low, Medium and High.
var ranks = map[string]int64{"low": 0, "normal": 50, "high": 100}

func (t *tracker) open(ctx context.Context, n note) (*tracked, error) {
	ticket := tracked{Priority: json.Number(fmt.Sprint(ranks[n.Priority]))}
	ask := map[string]any{"Queue": t.queue, "Subject": n.title(), "RefersTo": "redthread:" + n.Ticket, "Priority": ranks[n.Priority]}
	if !n.Due.IsZero() {
		ticket.Due = n.Due.UTC().Format(time.RFC3339)
		ask["Due"] = n.Due.UTC().Format(time.DateTime)
	}
	return &ticket, t.Call(ctx, http.MethodPost, "/ticket", ask, &ticket)
}

// told tells whether a note is among the last hundred texts of a ticket.
func (t *tracker) told(ctx context.Context, id json.Number, n note) (bool, error) {
	var all struct{ Items []struct{ Content string } }
	err := t.Call(ctx, http.MethodGet, "/ticket/"+id.String()+"/attachments?fields=Content&per_page=100&orderby=id&order=DESC", nil, &all)
	return slices.ContainsFunc(all.Items, func(x struct{ Content string }) bool { return strings.Contains(x.Content, n.mark()) }), err
}

// tell writes a note. A ticket that was over is opened again first, as RT has it when a
// customer writes anew.
func (t *tracker) tell(ctx context.Context, ticket tracked, n note) error {
	if ticket.over {
		if err := t.change(ctx, ticket.ID, map[string]any{"Status": "open"}); err != nil {
			return err
		}
	}
	var did []string
	ask := map[string]any{"Content": n.text(), "ContentType": "text/plain"}
	if err := t.Call(ctx, http.MethodPost, "/ticket/"+ticket.ID.String()+"/comment", ask, &did); err != nil {
		return err
	}
	return denied(did)
}

// raise gives a ticket the highest priority and the earliest due time of its notes, and its
// customer. What people have set higher or earlier stays.
func (t *tracker) raise(ctx context.Context, ticket tracked, n note) error {
	ask := map[string]any{}
	if now, err := ticket.Priority.Int64(); err == nil && ranks[n.Priority] > now {
		ask["Priority"] = ranks[n.Priority]
	}
	due, err := time.Parse(time.RFC3339, ticket.Due)
	none := err != nil || due.Unix() <= 0 || ticket.over
	if !n.Due.IsZero() && (none || n.Due.Before(due)) {
		ask["Due"] = n.Due.UTC().Format(time.DateTime)
	}
	if n.email != "" && len(ticket.Requestor) == 0 {
		ask["Requestor"] = []string{n.email}
	}
	if len(ask) == 0 {
		return nil
	}
	return t.change(ctx, ticket.ID, ask)
}

func (t *tracker) change(ctx context.Context, id json.Number, ask map[string]any) error {
	var did []string
	if err := t.Call(ctx, http.MethodPut, "/ticket/"+id.String(), ask, &did); err != nil {
		return err
	}
	return denied(did)
}

// denied is an error if RT says in what it did that it was not allowed to do a part of it:
// it answers that it went well all the same.
func denied(did []string) error {
	if slices.ContainsFunc(did, func(x string) bool { return strings.Contains(strings.ToLower(x), "permission denied") }) {
		return &channel.Fault{Err: errors.New("rt says Permission Denied: the user of RT_TOKEN lacks a right, see docs/tickets.md")}
	}
	return nil
}
