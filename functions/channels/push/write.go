package push

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
	"redthread.dev/shared/words"
)

// writer makes notifications of messages.
type writer struct {
	links words.Links
	texts words.Texts
}

// notification is a message as a device shows it: the JSON of a declarative push message
// (W3C Push API, section 3.3.1), which Safari shows by itself and others' service workers
// read.
type notification struct {
	Title     string   `json:"title"`
	Navigate  string   `json:"navigate,omitempty"` // where a tap leads
	Lang      string   `json:"lang,omitempty"`
	Body      string   `json:"body,omitempty"`
	Tag       string   `json:"tag"` // a later one with the same takes its place
	Actions   []button `json:"actions,omitempty"`
	marketing bool
	until     time.Time // from when on it is of no use; zero: never
}

// button is one below a notification.
type button struct {
	Action   string `json:"action"`
	Title    string `json:"title"`
	Navigate string `json:"navigate"`
}

// wayOut is the action of the button that leads out of advertising.
const wayOut = "unsubscribe"

// keepWayOut is how long the link in an advertisement is good for.
const keepWayOut = 400 * 24 * time.Hour

// What is shown of title and body, in characters: phones show some 60 and 200 of them.
const (
	longestTitle = 120
	longestBody  = 400
)

// longest is how many bytes every push service takes once they are encrypted (RFC 8291,
// section 4). FCM takes 4096 that are not.
const longest = 3993

// write makes the notification of a delivery, and its JSON text. An error is for good, as
// the same message makes the same notification.
func (w writer) write(d channel.Delivery) (n notification, text []byte, err error) {
	if d.Action.Content.Message == nil {
		return n, nil, function.Neverf("the action holds no message")
	}
	m := *d.Action.Content.Message
	if err := m.Check(); err != nil {
		return n, nil, function.Neverf("message: %w", err)
	}
	n = notification{Title: cut(m.Subject, longestTitle), Body: body(m), Lang: m.Locale, Navigate: m.Next(),
		Tag: events.HashOf(d.Action.Flow, d.Action.Key), marketing: d.Action.Purpose == events.PurposeMarketing, until: d.Action.Until}
	if n.marketing {
		who := words.Claims{Profile: d.Profile.ID, Action: d.Action.ID, Flow: d.Action.Flow, Channel: name}
		title, err := w.texts.In(m.Locale).Say("out", nil)
		if err != nil {
			return n, nil, function.Never(err)
		}
		n.Actions = []button{{wayOut, title, w.links.Sign("/unsubscribe", "unsubscribe", who, d.Action.Created.Add(keepWayOut))}}
	}
	if text, err = n.text(); err == nil && len(text) > longest {
		err = fmt.Errorf("message: as a notification it has %d bytes, at most %d can be pushed: its links are too long", len(text), longest)
	}
	return n, text, function.Never(err)
}

// text is the JSON that a browser gets.
func (n notification) text() ([]byte, error) {
	message := struct {
		WebPush      int          `json:"web_push,omitempty"` // says that it is declarative, which one must lead somewhere to be
		Notification notification `json:"notification"`
	}{Notification: n}
	if n.Navigate != "" {
		message.WebPush = 8030
	}
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	err := to.Encode(message)
	return bytes.TrimSpace(b.Bytes()), err
}

// body is what the message says in short, with the codes that the customer has to show.
func body(m words.Message) string {
	text := cut(cmp.Or(m.Short, m.Running()), longestBody)
	for _, code := range m.Codes() {
		if !words.Says(text, code) {
			text = strings.TrimSpace(text + " " + code)
		}
	}
	return text
}

// cut returns a text of at most so many characters in one line, ended after a word if it
// can be.
func cut(text string, most int) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	text = string(runes[:most-1])
	if i := strings.LastIndex(text, " "); i > 0 && runes[most-1] != ' ' {
		text = text[:i]
	}
	return strings.TrimRight(text, ".,;:!?- ") + "…"
}
