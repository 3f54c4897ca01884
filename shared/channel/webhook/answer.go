package webhook

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"redthread.dev/shared/channel"
)

// longestAnswer is how much of an answer is read, so that the connection can be used
// again: more is not waited for.
const longestAnswer = 64 << 10

func (c *Client) do(req *http.Request) error {
	res, err := c.http.Do(req)
	if err != nil {
		return &channel.Fault{Err: fmt.Errorf("webhook %s: %w", c.host, channel.Unaddressed(err))}
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, longestAnswer)) //nolint:errcheck // the status is all that counts
	return judge(c.host, res.StatusCode, res.Header.Get("Retry-After"), time.Now())
}

// judge maps a status code to what is to be done about it.
func judge(host string, status int, retryAfter string, now time.Time) error {
	said := fmt.Errorf("webhook %s answered %d %s", host, status, http.StatusText(status))
	switch {
	case status/100 == 2:
		return nil
	case status/100 == 3:
		return &channel.Fault{Never: true, Err: fmt.Errorf("%w: redirects are not followed, set WEBHOOK_URL to where it leads", said)}
	case status >= 500, status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests:
		return &channel.Fault{After: channel.RetryAfter(retryAfter, now), Err: said}
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound:
		return &channel.Fault{Err: said} // about the secret or the address: somebody can see to it
	}
	return &channel.Fault{Never: true, Err: said}
}
