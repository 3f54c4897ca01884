package channel

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"
)

// idle is how long a connection is kept that nobody uses: less than servers wait before
// they hang up, as a request on one that is being hung up on may have arrived.
const idle = 30 * time.Second

// Client is how a provider is asked: by the round tripper, or nil for the usual one. It
// follows no redirects, since what is sent is meant for one address only.
func Client(web http.RoundTripper) *http.Client {
	if web == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 16
		transport.MaxResponseHeaderBytes = 64 << 10
		transport.IdleConnTimeout = idle
		web = transport
	}
	return &http.Client{
		Transport:     web,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Unaddressed is an error of a client without the address it had asked, which may hold a
// secret.
func Unaddressed(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// RetryAfter reads the header of that name, seconds or a date (RFC 9110, section 10.2.3);
// 0: it says nothing, or a time that is over.
func RetryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

// Witnessed returns the request, and how to tell after an error whether it had gone out:
// then it may have been done, though nothing was heard of it.
func Witnessed(r *http.Request) (witnessed *http.Request, gone func() bool) {
	var out atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { out.Store(true) }}
	return r.WithContext(httptrace.WithClientTrace(r.Context(), trace)), out.Load
}

// Answer is what a provider said.
type Answer struct {
	Status int // of HTTP
	Header http.Header
	Body   []byte
}

// Brief is how many bytes of an answer are enough where it says little but that it was done.
const Brief = 64 << 10

// Ask sends a request and reads so many bytes of the answer at most. Its error is a *Fault
// about the line, and never shows the address, which may be as good as a key. Of an answer
// that is cut short the status counts.
func Ask(client *http.Client, provider string, req *http.Request, most int64) (Answer, error) {
	req, sent := Witnessed(req)
	res, err := client.Do(req)
	if err != nil {
		return Answer{}, &Fault{Unsure: sent(), Err: fmt.Errorf("%s: %w", provider, Unaddressed(err))}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, most))
	if err != nil {
		body = nil
	}
	return Answer{res.StatusCode, res.Header, body}, nil
}

// Judge says what is to be done about an answer that no code of the provider's own
// explains; said is the error's text. What is about us, 401 and 403, is tried again, since
// somebody can see to it.
func (a Answer) Judge(said error) error {
	switch {
	case a.Status/100 == 2:
		return nil
	case a.Status >= 500, a.Status == http.StatusRequestTimeout, a.Status == http.StatusTooEarly, a.Status == http.StatusTooManyRequests:
		return &Fault{After: RetryAfter(a.Header.Get("Retry-After"), time.Now()), Err: said}
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden:
		return &Fault{Err: said}
	}
	return &Fault{Never: true, Err: said}
}
