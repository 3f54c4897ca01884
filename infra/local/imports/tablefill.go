package imports

import (
	"bytes"
	"errors"
	"io"
)

// atEnd tells that no more follows. When the file broke off, more should follow: what
// is left is no whole row.
func (t *table) atEnd() bool { return errors.Is(t.failed, io.EOF) }

// fill reads more behind what is not taken apart yet. It returns io.EOF when nothing
// is left, an *errRow when one row fills all of the buffer, and else why it failed.
func (t *table) fill() error {
	if t.failed != nil {
		return t.failed
	}
	t.end = copy(t.buffer, t.buffer[t.start:t.end])
	t.start = 0
	if t.end == len(t.buffer) {
		return t.skipLine()
	}
	n, err := t.from.Read(t.buffer[t.end:])
	t.end += n
	if err != nil {
		t.failed = err
	}
	return nil
}

// skipLine gives up a row that is too long for the buffer, up to the end of the line.
func (t *table) skipLine() error {
	t.line = t.next
	value := start(t.buffer)
	for {
		if end := bytes.IndexByte(t.buffer[t.start:t.end], '\n'); end >= 0 {
			t.start += end + 1
			t.next++
			return &errRow{value, tooLong}
		}
		n, err := t.from.Read(t.buffer)
		t.start, t.end = 0, n
		if err != nil {
			t.failed = err
		}
		if t.failed != nil && n == 0 {
			return &errRow{value, tooLong}
		}
	}
}
