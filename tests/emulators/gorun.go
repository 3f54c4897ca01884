package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// endsWithGoRun ends the context when we were started by go run and that is gone: told
// to terminate, it ends without a word to the program that it runs.
func endsWithGoRun(ctx context.Context) context.Context {
	self, _ := os.Executable() //nolint:errcheck // then it is not known
	parent := os.Getppid()
	starter, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", parent)) //nolint:errcheck // as above; only Linux tells
	if filepath.Base(starter) != "go" && !strings.Contains(self, "go-build") {
		return ctx
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		for os.Getppid() == parent {
			time.Sleep(200 * time.Millisecond)
		}
		cancel()
	}()
	return ctx
}
