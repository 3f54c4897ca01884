package main

import (
	"os"
	"path/filepath"

	"redthread.dev/infra/local/clock"
	"redthread.dev/infra/local/console"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/store"
)

// screen makes the page at /, for a suite with its data in a folder that is asked for
// at an address.
func screen(data, addr string) func(store.Store, *clock.Clock) (suite.Screen, error) {
	return func(s store.Store, c *clock.Clock) (suite.Screen, error) {
		config := console.Config{Store: s, Now: c.Now, Speed: c.Speed(), Addr: addr}
		if os.Getenv("SMTP_URL") == "" {
			config.Outbox = filepath.Join(data, "outbox")
		}
		return console.New(config), nil
	}
}
