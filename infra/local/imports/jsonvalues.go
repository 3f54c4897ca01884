package imports

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// jsonLines reads one value a line; empty lines are skipped.
type jsonLines struct {
	from *bufio.Reader
	line int
	kept []byte
}

func (l *jsonLines) next() ([]byte, int, error) {
	for {
		l.line++
		l.kept = l.kept[:0]
		long := false
		for {
			piece, err := l.from.ReadSlice('\n')
			if long = long || len(l.kept)+len(piece) > maxEvent; !long {
				l.kept = append(l.kept, piece...)
			}
			if err == nil || errors.Is(err, io.EOF) && len(l.kept) > 0 {
				break
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				return nil, l.line, ending(err)
			}
		}
		if long {
			return nil, l.line, &errRow{start(l.kept), fmt.Sprintf("at most %d bytes in an event", maxEvent)}
		}
		if value := bytes.TrimSpace(l.kept); len(value) > 0 {
			return value, l.line, nil
		}
	}
}

func ending(err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return fmt.Errorf("read: %w", err)
}

// jsonList reads the values of one JSON list, however they are laid out.
type jsonList struct {
	from  *bufio.Reader
	line  int
	begun bool
	done  bool
	kept  []byte
}

func (l *jsonList) next() ([]byte, int, error) {
	if l.done {
		return nil, l.line, io.EOF
	}
	c, err := l.skip()
	if !l.begun && err == nil { // the bracket that it was known by
		l.begun = true
		c, err = l.skip()
	}
	for err == nil && c == ',' {
		c, err = l.skip()
	}
	at := l.line
	switch {
	case errors.Is(err, io.EOF):
		l.done = true
		return nil, at, &errRow{"the end of the file", "a ] at the end of the list"}
	case err != nil:
		return nil, at, err
	case c == ']':
		l.done = true
		if _, err := l.skip(); err == nil {
			return nil, l.line, &errRow{"more behind the list", "one list and nothing else"}
		}
		return nil, at, io.EOF
	}
	value, err := l.value(c)
	return value, at, err
}

// skip reads over blanks.
func (l *jsonList) skip() (byte, error) {
	for {
		c, err := l.from.ReadByte()
		if err != nil {
			return 0, ending(err)
		}
		switch c {
		case '\n':
			l.line++
		case ' ', '\t', '\r':
		default:
			return c, nil
		}
	}
}

// value reads one value that begins with c, up to the comma or bracket after it.
func (l *jsonList) value(c byte) ([]byte, error) {
	l.kept = l.kept[:0]
	depth, inText, escaped, length := 0, false, false, 0
	for {
		if length++; length <= maxEvent {
			l.kept = append(l.kept, c)
		}
		switch {
		case escaped:
			escaped = false
		case inText:
			escaped = c == '\\'
			inText = c != '"'
		case c == '"':
			inText = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if c == '\n' {
			l.line++
		}
		if depth <= 0 && !inText {
			if next, err := l.from.Peek(1); err == nil && (next[0] == ',' || next[0] == ']') || c == '}' {
				break
			}
		}
		var err error
		if c, err = l.from.ReadByte(); err != nil {
			if errors.Is(err, io.EOF) {
				l.done = true
				return nil, &errRow{start(l.kept), "the end of the value, and a ] at the end of the list"}
			}
			return nil, ending(err)
		}
	}
	if length > maxEvent {
		return nil, &errRow{start(l.kept), fmt.Sprintf("at most %d bytes in an event", maxEvent)}
	}
	return bytes.TrimSpace(l.kept), nil
}
