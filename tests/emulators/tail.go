package main

import (
	"bytes"
	"slices"
	"sync"
)

// tail keeps the last lines that a process wrote.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// Write takes what the process wrote.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.text = append(t.text, b...); len(t.text) > 16<<10 {
		t.text = slices.Clone(t.text[len(t.text)-8<<10:])
	}
	return len(b), nil
}

// said returns the last lines, for an error.
func (t *tail) said() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := bytes.Split(bytes.TrimSpace(t.text), []byte("\n"))
	if len(lines[0]) == 0 {
		return "; it said nothing"
	}
	return "; it said last:\n  " + string(bytes.Join(lines[max(0, len(lines)-15):], []byte("\n  ")))
}
