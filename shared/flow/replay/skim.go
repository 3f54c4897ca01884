package replay

import "bytes"

// skimmed is what replaying needs of a journal entry's document (see profile.Entry),
// as it is written there.
type skimmed struct {
	refused, speaker         []byte // nil: none
	eventType, time, channel []byte // of the event, in quotation marks
	data                     int    // where it begins; it comes last in the event, and that in the entry
}

// skim finds it without reading the rest, for that is most of it.
func skim(entry []byte) (s skimmed) {
	for body, ok := bytes.CutSuffix(entry, []byte("}}")); ok; {
		var key []byte
		if key, body, ok = keyOf(body); !ok {
			break
		}
		if string(key) == "event" {
			if rest := s.skimEvent(body); rest != nil {
				s.data = len(entry) - len("}}") - len(rest)
			}
			break
		}
		value := valueOf(body)
		switch string(key) {
		case "refused":
			s.refused = value
		case "speaker":
			s.speaker = value
		}
		body = body[len(value):]
	}
	return s
}

// skimEvent returns the data; nil: there is none.
func (s *skimmed) skimEvent(body []byte) (data []byte) {
	for {
		key, rest, ok := keyOf(body)
		if !ok || string(key) == "data" {
			return rest
		}
		value := valueOf(rest)
		switch string(key) {
		case "type":
			s.eventType = value
		case "time":
			s.time = value
		case "channel":
			s.channel = value
		}
		body = rest[len(value):]
	}
}

// keyOf reads a member's key, after the brace or comma before it, and the colon.
func keyOf(text []byte) (key, rest []byte, ok bool) {
	if len(text) < 2 || text[0] != '{' && text[0] != ',' || text[1] != '"' {
		return nil, nil, false
	}
	end := bytes.IndexByte(text[2:], '"')
	if end < 0 || len(text) < 2+end+2 || text[2+end+1] != ':' {
		return nil, nil, false
	}
	return text[2 : 2+end], text[2+end+2:], true
}

// valueOf returns the value that a text begins with, up to the comma or bracket after it.
func valueOf(text []byte) []byte {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i += quoted(text[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				return text[:i]
			}
			if text[i] != ',' {
				depth--
			}
		}
	}
	return text
}

// quoted is the length of the string that a text begins with.
func quoted(text []byte) int {
	for end := 1; ; end++ {
		next := bytes.IndexByte(text[end:], '"')
		if next < 0 {
			return len(text)
		}
		end += next
		slashes := 0
		for text[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return end + 1
		}
	}
}

// unquoted is what a string says, when that is written as it is; else nil.
func unquoted(value []byte) []byte {
	if len(value) < 2 || value[0] != '"' || bytes.IndexByte(value, '\\') >= 0 {
		return nil
	}
	return value[1 : len(value)-1]
}
