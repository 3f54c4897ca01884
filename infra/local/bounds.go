package main

import (
	"time"

	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

// The limits of what can be asked for: beyond them is a slip of the finger.
const (
	mostCustomers = 1_000_000
	mostDays      = 366
	mostRetries   = 1000
	mostAfter     = 10 * 366 * 24 * time.Hour
	mostPause     = 24 * time.Hour
)

// passing checks how long time is to go on after the last event.
func passing(command string, after time.Duration) error {
	if after < 0 || after > mostAfter {
		return misusef("%s: -after %s: expected 0 to %s", command, after, mostAfter)
	}
	return nil
}

// sensible tells whether a time is one that a shop may be at.
func sensible(at time.Time) bool { return at.Year() >= 2000 && at.Year() < 2100 }

// web checks the address of a server. What is shown of it has no password.
func web(command, flag, address string) error {
	if _, ok := function.OnWeb(address); !ok {
		return misusef("%s: -%s %q: expected the full address of a server, e.g. http://127.0.0.1:8080", command, flag, store.Redacted(address))
	}
	return nil
}
