// Command local is all of redthread on one machine: broker, functions, store and
// pages in one process, and what one needs to try things out.
//
//	go run ./infra/local            serves on http://127.0.0.1:8080
//	go run ./infra/local -h         lists the commands
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"redthread.dev/shared/function"
)

// commands are what the program can do, in the order of its help; the first is what
// it does when no command is named.
var commands = []func() *command{serve, demo, send, importing, replays, explain, deadletters, unlink, copying}

func main() {
	function.Sparing()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
