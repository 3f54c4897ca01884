// Package webhook is a provider that is reached by signed HTTP requests, after
// Standard Webhooks (https://www.standardwebhooks.com): any system that can check an
// HMAC can be a channel's other end.
package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"redthread.dev/shared/channel"
)

// Settings are the settings of a channel that can talk to a webhook; it embeds them.
type Settings struct {
	URL    string `envconfig:"WEBHOOK_URL"`    // https; http only to this machine itself; empty: a file
	Secret string `envconfig:"WEBHOOK_SECRET"` // whsec_ and 24 to 64 bytes in base64, as Standard Webhooks has it
}

// Client posts to one webhook. It is safe for concurrent use.
type Client struct {
	url  string
	host string
	sign *standardwebhooks.Webhook
	http *http.Client
}

// New makes a client. The error names the setting that is wrong and what is expected;
// it shows neither the secret nor more of the URL than its host.
func New(s Settings) (*Client, error) { return Named("WEBHOOK", s) }

// Named is New for a webhook whose settings have another name than WEBHOOK, before _URL
// and _SECRET.
func Named(name string, s Settings) (*Client, error) {
	u, err := url.Parse(s.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("%s_URL is not an address of the web, expected https://host/path", name)
	}
	if u.Scheme == "http" && !Loopback(u.Hostname()) {
		return nil, fmt.Errorf("%s_URL leads to %s without encryption, expected https; http is for this machine itself only", name, u.Host)
	}
	key, err := keyOf(s.Secret)
	if err != nil {
		return nil, fmt.Errorf("%s_SECRET is %w", name, err)
	}
	signer, err := standardwebhooks.NewWebhookRaw(key)
	if err != nil {
		return nil, fmt.Errorf("%s_SECRET: %w", name, err)
	}
	return &Client{url: s.URL, host: u.Host, sign: signer, http: channel.Client(nil)}, nil
}

// Loopback tells whether a host is this machine itself: only there secrets may go over
// plain HTTP.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Host returns where the webhook is, for receipts and logs.
func (c *Client) Host() string { return c.host }

// Close drops idle connections.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// Post sends body as JSON under an id that is the same at each try, so that the
// receiver can tell repetitions. It ends with the context. The error is a
// *channel.Fault: again on 401, 403, 404, 408, 425, 429, 5xx and when the connection fails,
// never on anything else but 2xx. Of an answer's body nothing is kept, as it may name somebody.
func (c *Client) Post(ctx context.Context, id string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("webhook: encode %T: %w", body, err)
	}
	// The signature is of the machine's time: a receiver refuses one that is five
	// minutes off its own clock.
	now := time.Now()
	signature, err := c.sign.Sign(id, now, text)
	if err != nil {
		return fmt.Errorf("webhook: sign: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "redthread")
	req.Header.Set(standardwebhooks.HeaderWebhookID, id)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, fmt.Sprint(now.Unix()))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return c.do(req)
}
