package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
)

// while runs the command with the variables of what is up, and returns its exit status.
// It gets no terminal to read from, as it is in a process group of its own: what ends
// us reaches it once, and after it the emulators.
func (a *asked) while(ctx context.Context, up []*process) (int, error) {
	if ctx.Err() != nil {
		return stopped, nil
	}
	cmd := a.prepared(up)
	if err := cmd.Start(); err != nil {
		return 127, fmt.Errorf("run %s: %w", strings.Join(cmd.Args, " "), err)
	}
	done, gone := make(chan struct{}), make(chan error, 1)
	go func() { cmd.Wait(); close(done) }() //nolint:errcheck // its status is looked at below
	go func() { gone <- anyEnds(ctx, up) }()
	var err error
	select {
	case <-done:
	case err = <-gone: // nil: we are to end
	}
	endGroup(cmd.Process.Pid, syscall.SIGINT) // go run hands it on, and waits
	<-done
	if ctx.Err() != nil {
		return stopped, nil
	}
	return status(cmd.ProcessState), err
}

// stopped is the status of a program that was told to end, as shells have it.
const stopped = 130

// status is that of a command as a shell tells it.
func status(s *os.ProcessState) int {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return s.ExitCode()
}

// prepared is the command with the variables, and the URL in its place.
func (a *asked) prepared(up []*process) *exec.Cmd {
	args, env := slices.Clone(a.command), os.Environ()
	url := exported(a.store)
	for _, p := range up {
		for _, v := range p.variables {
			env = append(env, v.name+"="+v.value)
		}
		url = p.store
	}
	if a.store != "" {
		for i, arg := range args {
			args[i] = strings.ReplaceAll(arg, "{}", url)
		}
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = env, os.Stdout, os.Stderr, child(syscall.SIGTERM)
	return cmd
}
