package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress tells how far long work is: on a terminal in one line that changes, else
// every ten seconds.
type progress struct {
	out      io.Writer
	live     bool
	next     time.Time
	anything bool
}

func newProgress(t *terminal) *progress {
	p := &progress{out: t.err, next: time.Now().Add(time.Second)}
	if f, ok := t.err.(*os.File); ok {
		info, err := f.Stat()
		p.live = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// tell asks how far the work is when it is time to say so.
func (p *progress) tell(far func() string) {
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	start, end := "", "\n"
	if p.next = now.Add(10 * time.Second); p.live {
		start, end, p.next = "\r\x1b[K", "", now.Add(250*time.Millisecond)
	}
	fmt.Fprint(p.out, start, far(), end)
	p.anything = true
}

func (p *progress) end() {
	if p.live && p.anything {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
