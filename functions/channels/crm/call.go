package crm

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"redthread.dev/shared/channel"
)

// longestAnswer is how much of an answer is read, in bytes: a hundred long tasks.
const longestAnswer = 16 << 20

// call asks HubSpot for something, at its pace, and decodes the answer. Its error is a
// *channel.Fault, and says nothing of what was asked.
func (h *hubspot) call(ctx context.Context, method, path string, ask, answer any) error {
	if err := h.limit.Wait(ctx); err != nil {
		return &channel.Fault{Err: fmt.Errorf("hubspot: the %d requests in 10 s are used up", h.Limit)}
	}
	var body io.Reader
	if ask != nil {
		text, err := json.Marshal(ask)
		if err != nil {
			return &channel.Fault{Never: true, Err: fmt.Errorf("hubspot: encode: %w", err)}
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(h.Root, "/")+path, body)
	if err != nil {
		return &channel.Fault{Never: true, Err: fmt.Errorf("hubspot: %w", err)}
	}
	req.Header.Set("Authorization", "Bearer "+h.Token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "redthread")
	res, err := h.http.Do(req)
	if err != nil {
		return lost(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer))
	if err != nil {
		return lost(err)
	}
	if res.StatusCode/100 != 2 {
		return refused(res, text)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return &channel.Fault{Unsure: true, Err: fmt.Errorf("hubspot answered %d with what is no JSON", res.StatusCode)}
	}
	return nil
}

// lost is the error of a request without an answer: it may have been done.
func lost(err error) error {
	return &channel.Fault{Unsure: true, Err: fmt.Errorf("hubspot: %w", channel.Unaddressed(err))}
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

// refused says what is to be done about an answer that is not one
// (https://developers.hubspot.com/docs/api-reference/error-handling). What is wrong with
// this one request is for good. What is about the account is tried again, as somebody can
// see to it: a token that expired, a scope it lacks, a limit.
func refused(res *http.Response, text []byte) error {
	var c complaint
	json.Unmarshal(text, &c) //nolint:errcheck // any part of it may be missing, all of it too
	f := &channel.Fault{
		Err:   fmt.Errorf("hubspot answered %d %s", res.StatusCode, strings.TrimSpace(http.StatusText(res.StatusCode)+c.codes())),
		After: channel.RetryAfter(res.Header.Get("Retry-After"), time.Now()),
	}
	switch status := res.StatusCode; {
	case f.After > 0:
	case status == http.StatusTooManyRequests && c.Policy == "DAILY":
		f.After = daily
	case status == http.StatusTooManyRequests:
		f.After = window
	case status == http.StatusLocked:
		f.After = locked
	case status >= 500:
		f.Unsure = true
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound,
		status == http.StatusRequestTimeout, status == http.StatusConflict, status >= 470: // 477: the account is being moved
	default:
		f.Never = true
	}
	return f
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
