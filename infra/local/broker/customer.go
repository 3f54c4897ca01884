package broker

import (
	"bytes"

	"redthread.dev/events"
)

// keyOf names what an event is about, so that events about the same go in order:
// the partition key once it is resolved; before, one of the customer's identifiers.
// Which one is no matter if a visit's events agree: the type that sorts first does,
// as a cookie goes through a visit before and after login.
func keyOf(e events.Event) string {
	if key := events.Extension(e, events.ExtPartitionKey); key != "" {
		return key
	}
	if id := identifier(e.DataEncoded); len(id) > 0 {
		return string(id)
	}
	if subject := e.Subject(); subject != "" {
		return subject
	}
	return e.ID()
}

// identifier returns the first pair, by name, of the object "customer" at the top
// of some JSON, as it is written there; nil if there is none. Decoding all of the
// data would cost more than everything else the broker does.
func identifier(data []byte) []byte {
	scan := scanner{rest: data}
	if !scan.descend() {
		return nil
	}
	for name := range scan.names {
		if string(name) != `"customer"` {
			scan.skip()
			continue
		}
		if !scan.descend() {
			return nil
		}
		var first, pair []byte
		for name := range scan.names {
			start := scan.rest
			scan.skip()
			if first == nil || bytes.Compare(name, first) < 0 {
				first, pair = name, start[:len(start)-len(scan.rest)]
			}
		}
		return append(bytes.Clone(first), bytes.TrimSpace(pair)...)
	}
	return nil
}

// scanner walks JSON that may be broken: it never fails, it only ends early.
type scanner struct{ rest []byte }

func (s *scanner) space() { s.rest = bytes.TrimLeft(s.rest, " \t\r\n") }

func (s *scanner) next(b byte) bool {
	s.space()
	if len(s.rest) == 0 || s.rest[0] != b {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *scanner) descend() bool { return s.next('{') }

// names yields the quoted names of an object whose brace was read; the caller
// reads each value.
func (s *scanner) names(yield func([]byte) bool) {
	for {
		s.space()
		name := s.quoted()
		if name == nil || !s.next(':') {
			return
		}
		s.space()
		if !yield(name) || !s.next(',') {
			return
		}
	}
}

func (s *scanner) quoted() []byte {
	if len(s.rest) == 0 || s.rest[0] != '"' {
		return nil
	}
	for i := 1; i < len(s.rest); i++ {
		switch s.rest[i] {
		case '\\':
			i++
		case '"':
			text := s.rest[:i+1]
			s.rest = s.rest[i+1:]
			return text
		}
	}
	s.rest = nil
	return nil
}

// skip reads one value of any kind.
func (s *scanner) skip() {
	depth := 0
	for len(s.rest) > 0 {
		switch b := s.rest[0]; b {
		case '"':
			s.quoted()
		case '{', '[':
			depth++
			s.rest = s.rest[1:]
		case '}', ']', ',':
			if depth == 0 {
				return
			}
			if b != ',' {
				depth--
			}
			s.rest = s.rest[1:]
			if depth == 0 {
				return
			}
		default:
			s.rest = s.rest[1:]
		}
	}
}
