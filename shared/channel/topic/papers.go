package topic

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// papers gets and keeps the certificates that posts are signed with.
type papers struct {
	web *http.Client
	now func() time.Time // the machine's clock, as certificates are about it
	// mu is held while one is got, so that many posts at once ask Amazon once.
	mu   *sync.Mutex
	kept map[string]*x509.Certificate
}

// How long Amazon is waited for, how much of an answer is read, and how many certificates
// are kept: a region has one at a time.
const (
	patience      = 5 * time.Second
	longestAnswer = 64 << 10
	most          = 16
)

// newPapers follows no redirects, since only Amazon's own word counts.
func newPapers(web http.RoundTripper) papers {
	client := &http.Client{Transport: web, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return papers{web: client, now: time.Now, mu: &sync.Mutex{}, kept: map[string]*x509.Certificate{}}
}

// check returns errForged unless Amazon has signed the post. Another error says that
// Amazon could not be asked. The chain of the certificate is not looked at: it comes over
// TLS from Amazon's own host, whose chain is.
func (p papers) check(ctx context.Context, what post) error {
	address, err := what.certificate()
	if err != nil {
		return err
	}
	if _, err := what.signed(); err != nil { // before anything is fetched for it
		return err
	}
	by, err := p.certificate(ctx, address)
	if err != nil {
		return err
	}
	if now := p.now(); now.Before(by.NotBefore) || now.After(by.NotAfter) {
		return fmt.Errorf("%w: the certificate is of another time", errForged)
	}
	return what.verify(by)
}

func (p papers) certificate(ctx context.Context, address string) (*x509.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c, ok := p.kept[address]; ok {
		return c, nil
	}
	text, err := p.get(ctx, address)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("GET %s: no certificate in PEM", address)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("GET %s: %w", address, err)
	}
	if len(p.kept) >= most {
		clear(p.kept)
	}
	p.kept[address] = c
	return c, nil
}

// confirm tells Amazon that we want what the topic has to say.
func (p papers) confirm(ctx context.Context, what post) error {
	address, err := what.confirmation()
	if err != nil {
		return err
	}
	if _, err := p.get(ctx, address); err != nil {
		return fmt.Errorf("confirm subscription: %w", err)
	}
	return nil
}

func (p papers) get(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	where := req.URL.Host + req.URL.Path // not the query, which may hold a token
	res, err := p.web.Do(req)
	if err != nil {
		var at *url.Error
		if errors.As(err, &at) {
			err = at.Err // without the address
		}
		return nil, fmt.Errorf("GET %s: %w", where, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer))
	switch {
	case err != nil:
		return nil, fmt.Errorf("GET %s: %w", where, err)
	case res.StatusCode == http.StatusForbidden || res.StatusCode == http.StatusNotFound:
		return nil, fmt.Errorf("%w: GET %s: %s", errForged, where, res.Status) // S3 says either of what is not there
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("GET %s: %s", where, res.Status)
	}
	return text, nil
}
