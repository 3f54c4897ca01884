package channel

import (
	"errors"
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
