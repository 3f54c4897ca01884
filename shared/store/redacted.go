package store

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// secret are the parts of an address or a connection string that nobody else is to
// read, by their names.
var secret = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b([a-z_.-]*(?:passw(?:or)?d|secret|token|key|signature)[a-z_.-]*=)[^&\s]+`)
})

// Redacted returns an address as it may be shown: with xxxxx for the password in it and
// for values in its query whose names say that they are secret. Of an address that
// cannot be read and may hold a password, no more than the scheme is left.
func Redacted(address string) string {
	u, err := url.Parse(address)
	switch {
	case err == nil && u.User != nil:
		address = u.Redacted()
	case strings.Contains(address, "@"):
		scheme, _, found := strings.Cut(address, ":")
		if !found {
			return "…"
		}
		return scheme + ":…"
	}
	return secret().ReplaceAllString(address, "${1}xxxxx")
}

// redactedIn frees an error of the address that it may repeat. It is still the same
// error to errors.Is and errors.As, unless it had to be.
func redactedIn(err error, address string) error {
	shown := Redacted(address)
	if shown == address || !strings.Contains(err.Error(), address) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), address, shown))
}
