package crm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/batch"
	"redthread.dev/shared/channel/rest"
	"redthread.dev/shared/function"
)

// Hubspot are the settings of HubSpot, which takes the leads when there is a token: of a
// private app or a service key that may read and write contacts. A later version of its
// API for objects has another root.
type Hubspot struct {
	Token string `envconfig:"HUBSPOT_TOKEN"` // secret
	Root  string `envconfig:"HUBSPOT_URL" default:"https://api.hubapi.com/crm/v3/objects" want:"url"`
	Limit int    `envconfig:"HUBSPOT_LIMIT" default:"100" least:"10" most:"250"` // requests in 10 s; 190 with Professional and Enterprise
	Owner string `envconfig:"HUBSPOT_OWNER"`                                     // id of whom the tasks are for; empty: nobody yet
}

// hubspot has HubSpot keep the leads (https://developers.hubspot.com/docs/api-reference): a
// contact, which is found or made by its e-mail address, and a task to turn to them,
// with the brief.
type hubspot struct {
	Hubspot
	api      *rest.Client
	limit    *rate.Limiter
	contacts *batch.Batch[upsert, string]
}

func newHubspot(s Hubspot, timeout time.Duration) (*hubspot, error) {
	if err := errors.Join(rest.Below("HUBSPOT_URL", s.Root), rest.Token("HUBSPOT_TOKEN", s.Token)); err != nil {
		return nil, err
	}
	if strings.Trim(s.Owner, "0123456789") != "" {
		return nil, fmt.Errorf("HUBSPOT_OWNER is %q, expected an owner's id, a number", s.Owner)
	}
	h := &hubspot{Hubspot: s, api: rest.New("hubspot", s.Root, map[string]string{"Authorization": "Bearer " + s.Token}), limit: channel.Quota(s.Limit, window)}
	h.api.Amend = amend
	h.contacts = h.batches(timeout)
	return h, nil
}

// Close drops idle connections.
func (h *hubspot) Close() error {
	return h.api.Close()
}

// Repeats is true: a task that may be there is looked for before it is made again.
func (*hubspot) Repeats() bool { return true }

func (h *hubspot) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "hubspot"}
	l, err := write(d)
	switch {
	case err != nil:
		return receipt, err
	case l.Customer.Email == "":
		return receipt, function.Neverf("the customer has no e-mail address, by which HubSpot knows contacts")
	}
	contact, err := h.contacts.Put(ctx, l.contact())
	if err != nil {
		return receipt, err
	}
	if d.Action.Attempts > 1 {
		if receipt.Reference, err = h.find(ctx, contact, l.ID); err != nil || receipt.Reference != "" {
			return receipt, err
		}
	}
	var made object
	err = h.call(ctx, http.MethodPost, "/tasks", h.task(l, contact), &made)
	receipt.Reference = made.ID
	return receipt, err
}

// object is whatever HubSpot keeps.
type object struct {
	ID           string            `json:"id,omitempty"`
	Properties   map[string]string `json:"properties,omitempty"`
	Associations []association     `json:"associations,omitempty"`
}

type association struct {
	To    object     `json:"to"`
	Types []typeOfIt `json:"types"`
}

type typeOfIt struct {
	Category string `json:"associationCategory"`
	ID       int    `json:"associationTypeId"`
}

// ofContact is the association of a task with its contact, one of HubSpot's own.
var ofContact = typeOfIt{"HUBSPOT_DEFINED", 204}

// contact is what HubSpot is told of the customer: what we do not know stays as it is.
func (l lead) contact() upsert {
	c := l.Customer
	known := map[string]string{"firstname": c.FirstName, "lastname": c.LastName, "company": c.Company, "phone": c.Phone}
	for name, value := range known {
		if value == "" {
			delete(known, name)
		}
	}
	known["email"] = c.Email
	return upsert{ID: c.Email, By: "email", Trace: l.ID, Properties: known}
}

// task is a call, or a letter to write, with the brief as its text.
func (h *hubspot) task(l lead, contact string) object {
	kind := "CALL"
	if !slices.Contains(l.Customer.Reach, "phone") {
		kind = "EMAIL"
	}
	text := l.Brief + "\nMay be turned to by " + strings.Join(l.Customer.Reach, ", ") + ".\n" + mark(l.ID)
	task := map[string]string{
		"hs_timestamp": cmp.Or(l.Due, l.At).UTC().Format(time.RFC3339), "hs_task_subject": l.Subject, "hs_task_type": kind,
		"hs_task_body":   strings.ReplaceAll(html.EscapeString(text), "\n", "<br>"),
		"hs_task_status": "NOT_STARTED", "hs_task_priority": "HIGH",
	}
	if h.Owner != "" {
		task["hubspot_owner_id"] = h.Owner
	}
	return object{Properties: task, Associations: []association{{To: object{ID: contact}, Types: []typeOfIt{ofContact}}}}
}

// mark is by what a task is known again: HubSpot has no idempotency keys.
func mark(id string) string { return "redthread " + id }

// most is how many objects HubSpot takes in one request.
const most = 100

// find returns the contact's task with the lead's mark; empty if there is none.
func (h *hubspot) find(ctx context.Context, contact, id string) (string, error) {
	var c struct {
		Associations map[string]struct {
			Results []object `json:"results"`
		} `json:"associations"`
	}
	if err := h.call(ctx, http.MethodGet, "/contacts/"+url.PathEscape(contact)+"?associations=tasks", nil, &c); err != nil {
		return "", err
	}
	for some := range slices.Chunk(c.Associations["tasks"].Results, most) {
		ask := struct {
			Inputs     []object `json:"inputs"`
			Properties []string `json:"properties"`
			History    []string `json:"propertiesWithHistory"`
		}{Properties: []string{"hs_task_body"}, History: []string{}}
		for _, task := range some {
			ask.Inputs = append(ask.Inputs, object{ID: task.ID})
		}
		var found struct{ Results []object }
		if err := h.call(ctx, http.MethodPost, "/tasks/batch/read", ask, &found); err != nil {
			return "", err
		}
		for _, task := range found.Results {
			if strings.Contains(task.Properties["hs_task_body"], mark(id)) {
				return task.ID, nil
			}
		}
	}
	return "", nil
}
