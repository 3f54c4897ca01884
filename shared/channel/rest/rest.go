// Package rest asks providers that speak JSON over HTTP, and says what is to be done about
// what they answer.
package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/webhook"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

// Client asks one provider. It is safe for concurrent use.
type Client struct {
	Name   string            // of the provider, in errors
	Root   string            // what the paths of all requests are below
	Header map[string]string // of all requests: who is asking
	HTTP   *http.Client
	// Amend, unless nil, tells more of an answer that refuses. Of the answer it must not
	// repeat what may name somebody.
	Amend func(f *channel.Fault, status int, answer []byte)
}

// New makes a client of a provider whose addresses are below root, which says with a header
// who is asking.
func New(name, root string, header map[string]string) *Client {
	return &Client{Name: name, Root: strings.TrimSuffix(root, "/"), Header: header, HTTP: channel.Client(nil)}
}

// Below returns an error unless the value of a setting can be the root of a provider's
// addresses: https, or http to this machine itself, and nothing behind the path, which may
// be a secret and is not shown.
func Below(setting, value string) error {
	u, web := function.OnWeb(value)
	if !web || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && !webhook.Loopback(u.Hostname()) {
		shown := value[:strings.IndexAny(value+"?", "?#")]
		return fmt.Errorf("%s is %q, expected https://host/path; http is for this machine itself only", setting, store.Redacted(shown))
	}
	return nil
}

// Token returns an error, which does not show it, unless the value of a setting can be a
// token: letters, digits, - and _, so that it can be sent in a header.
func Token(setting, value string) error {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	if value == "" || strings.Trim(value, letters) != "" {
		return fmt.Errorf("%s is not as expected, letters, digits, - and _, as it was shown once", setting)
	}
	return nil
}

// With returns a client that sends another header besides.
func (c *Client) With(name, value string) *Client {
	other := *c
	other.Header = maps.Clone(c.Header)
	other.Header[name] = value
	return &other
}

// Close drops idle connections.
func (c *Client) Close() error {
	c.HTTP.CloseIdleConnections()
	return nil
}

// longestAnswer is how much of an answer is read, in bytes: a hundred long texts.
const longestAnswer = 16 << 20

// Call asks for something and decodes the answer, which nil has not read. It ends with the
// context. Its error is a *channel.Fault, and says nothing of what was asked.
func (c *Client) Call(ctx context.Context, method, path string, ask, answer any) error {
	req, err := c.request(ctx, method, path, ask)
	if err != nil {
		return &channel.Fault{Never: true, Err: fmt.Errorf("%s: %w", c.Name, err)}
	}
	said, err := channel.Ask(c.HTTP, c.Name, req, longestAnswer)
	switch {
	case err != nil:
		return err
	case said.Status/100 != 2:
		return c.refused(said)
	case answer == nil:
		return nil
	}
	if err := json.Unmarshal(said.Body, answer); err != nil {
		return &channel.Fault{Unsure: true, Err: fmt.Errorf("%s answered %d with what is no JSON", c.Name, said.Status)}
	}
	return nil
}

func (c *Client) request(ctx context.Context, method, path string, ask any) (*http.Request, error) {
	var body io.Reader
	if ask != nil {
		text, err := json.Marshal(ask)
		if err != nil {
			return nil, fmt.Errorf("encode %T: %w", ask, err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.Root+path, body)
	if err != nil {
		return nil, channel.Unaddressed(err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "redthread")
	for name, value := range c.Header {
		req.Header.Set(name, value)
	}
	return req, nil
}

// refused says what is to be done about an answer that is not one. What is wrong with this
// one request is for good. What is about the account is tried again, as somebody can see to
// it: a token that expired, a right it lacks, a limit.
func (c *Client) refused(said channel.Answer) error {
	f := &channel.Fault{
		Err:   fmt.Errorf("%s answered %s", c.Name, strings.TrimSpace(fmt.Sprint(said.Status, " ", http.StatusText(said.Status)))),
		After: channel.RetryAfter(said.Header.Get("Retry-After"), time.Now()),
	}
	switch status := said.Status; {
	case f.After > 0:
	case status >= 500:
		f.Unsure = true
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound,
		status == http.StatusRequestTimeout, status == http.StatusConflict, status == http.StatusLocked,
		status == http.StatusTooEarly, status == http.StatusTooManyRequests:
	default:
		f.Never = true
	}
	if c.Amend != nil {
		c.Amend(f, said.Status, said.Body)
	}
	return f
}
