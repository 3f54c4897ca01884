package main

import (
	"redthread.dev/infra/local/clock"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/store"
)

// screen makes the page at /; nil: there is none.
var screen func(store.Store, *clock.Clock) (suite.Screen, error)
