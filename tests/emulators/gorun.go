package main

import (
	"context"
	"os"
	"strings"
	"time"
)

// endsWithGoRun ends the context when we were started by go run and that is gone: told
// to terminate, it ends without a word to the program that it runs.
func endsWithGoRun(ctx context.Context) context.Context {
	self, err := os.Executable()
	if err != nil || !strings.Contains(self, "go-build") {
		return ctx
	}
	ctx, cancel := context.WithCancel(ctx)
	parent := os.Getppid()
	go func() {
		for os.Getppid() == parent {
			time.Sleep(200 * time.Millisecond)
		}
		cancel()
	}()
	return ctx
}
