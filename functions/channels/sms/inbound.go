package sms

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/channel/topic"
	"redthread.dev/shared/channel/webhook"
	"redthread.dev/shared/function"
)

// Pages serves /sms/inbound, to which a gateway, or a topic of Amazon's, passes on what
// customers text to us.
func (t *texter) Pages() http.Handler {
	m := http.NewServeMux()
	if t.gateway != nil || t.topics != nil {
		m.HandleFunc("POST /sms/inbound", t.inbound)
	}
	return m
}

func (t *texter) inbound(w http.ResponseWriter, r *http.Request) {
	fromTopic := r.Header.Get("x-amz-sns-message-type") != ""
	switch {
	case fromTopic && t.topics != nil:
		t.topics.ServeHTTP(w, r)
	case !fromTopic && t.gateway != nil:
		t.posted(w, r)
	default:
		http.Error(w, "not set up for this: see SNS_TOPICS and WEBHOOK_SECRET", http.StatusForbidden)
	}
}

// posted takes a signed webhook, {"from": "+4520123456", "text": "STOP"}.
func (t *texter) posted(w http.ResponseWriter, r *http.Request) {
	id, body, err := t.gateway.Read(w, r)
	if errors.Is(err, webhook.ErrForged) {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	var m struct {
		From string `json:"from"`
		Text string `json:"text"`
	}
	if err == nil {
		err = json.Unmarshal(body, &m)
	}
	if err != nil {
		http.Error(w, `expected {"from": "+4520123456", "text": "STOP"}`, http.StatusBadRequest)
		return
	}
	if err := t.heard(r.Context(), id, m.From, m.Text, t.env.Now()); err != nil {
		t.env.Log.Error("inbound text message not taken", "error", err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// notice takes a message of Amazon's two-way SMS
// (https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html).
func (t *texter) notice(ctx context.Context, n topic.Notice) error {
	var m struct {
		From string `json:"originationNumber"`
		Text string `json:"messageBody"`
		ID   string `json:"inboundMessageId"`
	}
	if err := json.Unmarshal([]byte(n.Message), &m); err != nil {
		if !strings.HasPrefix(n.Message, "{") { // somebody tries the topic out
			return nil
		}
		return function.Neverf("two-way SMS: %w", err)
	}
	at := n.At
	if now := t.env.Now(); at.IsZero() || at.After(now) {
		at = now
	}
	if m.ID == "" {
		m.ID = n.ID
	}
	return t.heard(ctx, m.ID, m.From, m.Text, at)
}

// heard tells the broker when a customer wants no more text messages, of whatever kind, or
// wants them again: then those about their own orders, as consent to advertising takes more
// than one word. Gateways write a number with + or 00 or neither, and some with spaces.
func (t *texter) heard(ctx context.Context, id, from, said string, at time.Time) error {
	from = "+" + strings.TrimPrefix(strings.NewReplacer("+", "", " ", "", "-", "").Replace(from), "00")
	word := meaning(said)
	if word == nothing || !e164().MatchString(from) {
		t.env.Log.Info("inbound text message is neither STOP nor START: let be", "message", id)
		return nil
	}
	c := events.ConsentChanged{Channel: events.ConsentSMS, Purpose: events.PurposeAll, Evidence: events.Evidence{Form: "sms-reply"}}
	if word == begin {
		c.Purpose, c.Granted = events.PurposeService, true
	}
	c.Customer = events.Identifiers{events.IDPhone: from}
	return t.tell(ctx, events.HashOf("inbound", id), at, &c)
}

// tell emits an event about a customer, under an id that is the same each time.
func (t *texter) tell(ctx context.Context, id string, at time.Time, data events.FromSource) error {
	e, err := events.New(source, id, at.UTC(), data)
	if err != nil {
		return err
	}
	return t.env.Emit(ctx, e)
}
