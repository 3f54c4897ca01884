package main

import (
	"redthread.dev/functions/channels/email"
	"redthread.dev/infra/local/console"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/function"
)

// screen makes the page at /, which is asked for at an address and shows mails as the
// channel sends them. Speed is how fast the suite's time goes, as of console.Config.
func screen(addr string, speed float64) func(function.Env) (suite.Screen, error) {
	return func(env function.Env) (suite.Screen, error) {
		mails, err := email.NewPreview(env)
		if err != nil {
			return nil, err
		}
		return console.New(console.Config{Store: env.Store, Now: env.Now, Speed: speed, Addr: addr,
			Brand: mails.Brand, Letter: mails.Letter, Outbox: mails.Outbox}), nil
	}
}
