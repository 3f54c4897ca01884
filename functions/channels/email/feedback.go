package email

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/topic"
	"redthread.dev/shared/function"
)

// feedback is what Amazon SES says of a mail: as an event of a configuration set
// (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html)
// or as a notification of a sender's address
// (https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html). Of whom it is
// about nothing is read but which mail it was.
type feedback struct {
	EventType        string `json:"eventType"`
	NotificationType string `json:"notificationType"`
	Mail             struct {
		Tags    map[string][]string `json:"tags"`
		Headers []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"headers"`
	} `json:"mail"`
	Bounce struct {
		Type       string    `json:"bounceType"` // Permanent, Transient or Undetermined
		SubType    string    `json:"bounceSubType"`
		ID         string    `json:"feedbackId"`
		At         time.Time `json:"timestamp"`
		Recipients []struct {
			Status string `json:"status"` // RFC 3463
		} `json:"bouncedRecipients"`
	} `json:"bounce"`
	Complaint struct {
		Type string    `json:"complaintFeedbackType"` // of the Abuse Reporting Format, RFC 5965
		At   time.Time `json:"timestamp"`
	} `json:"complaint"`
}

// hear tells the broker what has bounced and who has complained. What else Amazon says,
// and what is about mails of others than us, is let be.
func (p *postman) hear(ctx context.Context, n topic.Notice) error {
	var f feedback
	if err := json.Unmarshal([]byte(n.Message), &f); err != nil {
		if !strings.HasPrefix(n.Message, "{") { // it greets a new topic in words
			return nil
		}
		return function.Neverf("feedback of Amazon SES: %w", err)
	}
	what := cmp.Or(f.EventType, f.NotificationType)
	if what != "Bounce" && what != "Complaint" || f.Complaint.Type == "not-spam" {
		return nil
	}
	a, err := p.sent(ctx, f.action(p.domain()))
	if err != nil || a == nil {
		return err
	}
	if what == "Complaint" {
		return p.tell(ctx, a.ID+"-complained", a.Profile, p.when(f.Complaint.At), &events.MessageComplained{ActionID: a.ID, Provider: "ses"})
	}
	id, data := a.ID+"-bounced", f.bounced(a.ID)
	if data.Kind == events.BounceSoft { // there may be several, and a hard one thereafter
		id += "-" + events.HashOf(a.ID, cmp.Or(f.Bounce.ID, n.ID))
	}
	return p.tell(ctx, id, a.Profile, p.when(f.Bounce.At), data)
}

func (f feedback) bounced(actionID string) *events.MessageBounced {
	data := &events.MessageBounced{ActionID: actionID, Kind: events.BounceSoft, Provider: "ses", Reason: f.Bounce.Type + " " + f.Bounce.SubType}
	if f.Bounce.Type == "Permanent" {
		data.Kind = events.BounceHard
	}
	if len(f.Bounce.Recipients) > 0 {
		data.Reason += " " + f.Bounce.Recipients[0].Status
	}
	data.Reason = strings.TrimSpace(data.Reason)
	return data
}

// action is the id of the action whose mail it was: by its tag; without a configuration set
// by the header that says so, or by our Message-ID.
func (f feedback) action(domain string) string {
	if ids := f.Mail.Tags[tagAction]; len(ids) == 1 {
		return ids[0]
	}
	named := map[string]string{}
	for _, h := range f.Mail.Headers {
		named[strings.ToLower(h.Name)] = h.Value
	}
	if id := named["x-redthread-action"]; id != "" {
		return id
	}
	id, ours := strings.CutSuffix(strings.Trim(named["message-id"], "<>"), "@"+domain)
	if !ours {
		return ""
	}
	return id
}

// sent returns the action, unless there is none of ours any more, or it went to an address
// that is not the profile's.
func (p *postman) sent(ctx context.Context, id string) (*action.Action, error) {
	if id == "" {
		return nil, nil
	}
	docs, err := p.env.Store.Get(ctx, action.Key(id))
	if err != nil {
		return nil, fmt.Errorf("feedback of Amazon SES: read action %q: %w", id, err)
	}
	if !docs[0].Exists() {
		return nil, nil
	}
	a, err := action.Read(docs[0])
	if err != nil {
		return nil, function.Never(err)
	}
	if a.Channel != name || a.To != "" {
		return nil, nil
	}
	return &a, nil
}

// when is the time that Amazon says, or now when it says none, or one to come.
func (p *postman) when(said time.Time) time.Time {
	if now := p.env.Now(); said.IsZero() || said.After(now) {
		return now
	}
	return said
}
