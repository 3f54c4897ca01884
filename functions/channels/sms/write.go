package sms

import (
	"errors"
	"regexp"
	"sync"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
	"redthread.dev/shared/words"
)

// writer makes texts of messages.
type writer struct {
	sender string
	most   int    // segments
	wayOut string // link or reply
	links  words.Links
	texts  words.Texts
}

// text is a message as it goes out.
type text struct {
	To       string `json:"to"`             // E.164
	From     string `json:"from,omitempty"` // a name or a number; empty: the provider's own
	Text     string `json:"text"`
	Purpose  string `json:"type"`     // transactional or promotional
	Encoding string `json:"encoding"` // gsm7 or ucs2
	Segments int    `json:"segments"`
}

// The purposes, as those who carry text messages call them.
const (
	transactional = "transactional"
	promotional   = "promotional"
)

// e164 is a number as it is dialled from anywhere (ITU-T E.164, section 6.2).
var e164 = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`) })

// keepWayOut is how long the link in an advertisement is good for.
const keepWayOut = 400 * 24 * time.Hour

// write makes the text of a delivery. An error is for good, as the same message makes the
// same text.
func (w writer) write(d channel.Delivery) (text, error) {
	if d.Action.Content.Message == nil {
		return text{}, function.Neverf("the action holds no message")
	}
	to, _ := d.Profile.Address(name)
	if d.Action.To != "" {
		to = d.Action.To
	}
	if !e164().MatchString(to) {
		return text{}, function.Never(errors.New("the customer has no phone number, or none that can be dialled from anywhere: expected one in E.164"))
	}
	t := text{To: to, From: w.sender, Purpose: transactional}
	out := ""
	if d.Action.Purpose == events.PurposeMarketing {
		t.Purpose = promotional
		var err error
		if out, err = w.out(d); err != nil {
			return text{}, function.Never(err)
		}
	}
	var err error
	if t.Text, err = compose(*d.Action.Content.Message, out, w.most); err != nil {
		return text{}, function.Never(err)
	}
	t.Encoding, t.Segments = encoding(t.Text), segments(t.Text)
	return t, nil
}

// out says how to get no more advertisements: by the link to the consent function's page,
// or by a reply. The link names no flow, as the action does, since each character counts.
func (w writer) out(d channel.Delivery) (string, error) {
	link := ""
	if w.wayOut == "link" {
		who := words.Claims{Profile: d.Profile.ID, Action: d.Action.ID, Channel: name}
		link = w.links.Sign("/unsubscribe", "unsubscribe", who, d.Action.Created.Add(keepWayOut))
	}
	return w.texts.In(d.Action.Content.Message.Locale).Say(w.wayOut, map[string]any{"Link": link})
}
