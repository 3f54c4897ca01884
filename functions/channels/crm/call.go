package crm

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"redthread.dev/shared/channel"
)

// call asks HubSpot for something, at its pace, and decodes the answer. Its error is a
// *channel.Fault, and says nothing of what was asked.
func (h *hubspot) call(ctx context.Context, method, path string, ask, answer any) error {
	if err := h.limit.Wait(ctx); err != nil {
		return &channel.Fault{Err: fmt.Errorf("hubspot: the %d requests in 10 s are used up", h.Limit)}
	}
	return h.api.Call(ctx, method, path, ask, answer)
}

// complaint is what HubSpot says it did not do.
type complaint struct {
	Category string              `json:"category"`
	Policy   string              `json:"policyName"` // of a limit: DAILY, TEN_SECONDLY_ROLLING, …
	Message  string              `json:"message"`
	Context  map[string][]string `json:"context"`
}

// How long HubSpot is let alone when it does not say: until the window has passed by; the
// day's limit goes at midnight; and what it calls locked for two seconds.
const (
	window = 10 * time.Second
	daily  = time.Hour
	locked = 2 * time.Second
)

// amend says more of what HubSpot refuses
// (https://developers.hubspot.com/docs/api-reference/error-handling): why, for how long where
// it does not say so itself, and that its own codes, like 477 of an account that is being
// moved, are not for good.
func amend(f *channel.Fault, status int, answer []byte) {
	var c complaint
	json.Unmarshal(answer, &c) //nolint:errcheck // any part of it may be missing, all of it too
	if codes := c.codes(); codes != "" {
		f.Err = fmt.Errorf("%w%s", f.Err, codes)
	}
	switch {
	case f.After > 0:
	case status == http.StatusTooManyRequests && c.Policy == "DAILY":
		f.After = daily
	case status == http.StatusTooManyRequests:
		f.After = window
	case status == http.StatusLocked:
		f.After = locked
	case status >= 470:
		f.Never = false
	}
}

// code is a word like PROPERTY_DOESNT_EXIST.
var code = regexp.MustCompile(`\b[A-Z]+(_[A-Z]+)+\b`)

// codes are HubSpot's words for what is wrong. The sentences around them may name somebody.
func (c complaint) codes() string {
	said, all := map[string]bool{}, ""
	for _, word := range append([]string{c.Category, c.Policy}, code.FindAllString(c.Message, -1)...) {
		if word != "" && !said[word] {
			said[word] = true
			all += " " + word
		}
	}
	if all != "" {
		all = ":" + all
	}
	return all
}
