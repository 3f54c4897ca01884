package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

// patience is how long what is told to end may take.
const patience = 15 * time.Second

// process is an emulator at work, in a process group of its own.
type process struct {
	emulator
	*launch
	log   tail
	ended chan struct{} // closed when its first process is gone
}

// begin starts an emulator. It must be called by the thread that lives as long as the
// program.
func begin(ctx context.Context, e emulator, fsync bool) (p *process, err error) {
	p = &process{emulator: e, launch: &launch{}, ended: make(chan struct{})}
	if p.port, p.claim, err = claim(e.wanted); err != nil {
		return nil, err
	}
	if p.dir, err = os.MkdirTemp("", "redthread-"+e.name+"-"); err == nil {
		err = p.start(ctx, fsync)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", e.title, err), p.clear())
	}
	return p, nil
}

func (p *process) start(ctx context.Context, fsync bool) error {
	if err := p.prepare(ctx, p.launch, fsync); err != nil {
		return err
	}
	attr := child(syscall.SIGKILL)
	if p.cmd.SysProcAttr != nil {
		attr.Credential = p.cmd.SysProcAttr.Credential
	}
	p.cmd.SysProcAttr, p.cmd.Stdout, p.cmd.Stderr, p.cmd.WaitDelay = attr, &p.log, &p.log, time.Second
	if p.cmd.Dir == "" {
		p.cmd.Dir = p.dir
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	go func() {
		defer close(p.ended)
		p.cmd.Wait() //nolint:errcheck // that it ended is all there is to know
	}()
	return nil
}

// await waits until all of them can be used.
func await(ctx context.Context, up []*process, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	errs := make([]error, len(up))
	var all sync.WaitGroup
	for i, p := range up {
		all.Go(func() { errs[i] = p.await(ctx, within) })
	}
	all.Wait()
	return errors.Join(errs...)
}

func (p *process) await(ctx context.Context, within time.Duration) error {
	for {
		err := p.answers(ctx)
		select {
		case <-p.ended: // whoever it is that answers
			return p.gone()
		default:
		}
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
			return p.gone()
		case <-ctx.Done():
			if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return fmt.Errorf("%s: stopped before it was up", p.title)
			}
			return fmt.Errorf("%s at 127.0.0.1:%d does not answer within %s: %w%s", p.title, p.port, within, err, p.log.said())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// gone is the error of an emulator that ended by itself.
func (p *process) gone() error {
	return fmt.Errorf("%s ended by itself, %s%s", p.title, p.cmd.ProcessState, p.log.said())
}

// anyEnds waits until ctx ends, or returns an error when an emulator ends by itself.
func anyEnds(ctx context.Context, up []*process) error {
	ended := make(chan *process, len(up))
	for _, p := range up {
		go func() { <-p.ended; ended <- p }()
	}
	select {
	case <-ctx.Done():
		return nil
	case p := <-ended:
		return p.gone()
	}
}

// end stops the process group and removes its folder.
func (p *process) end() error {
	endGroup(p.cmd.Process.Pid, p.stop)
	<-p.ended
	return p.clear()
}

// clear gives back the port and removes the folder.
func (p *process) clear() error {
	if err := errors.Join(os.RemoveAll(p.dir), p.claim.Close()); err != nil {
		return fmt.Errorf("clear up after %s: %w", p.title, err)
	}
	return nil
}

// endGroup tells a process group that we started to end, waits until it is gone, and
// kills what is left of it.
func endGroup(pid int, stop syscall.Signal) {
	syscall.Kill(-pid, stop) //nolint:errcheck // it may be gone
	for late := time.Now().Add(patience); time.Now().Before(late); time.Sleep(10 * time.Millisecond) {
		if syscall.Kill(-pid, 0) != nil {
			return
		}
	}
	syscall.Kill(-pid, syscall.SIGKILL) //nolint:errcheck // as above
}
