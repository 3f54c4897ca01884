package profile

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Bounds on what is kept of a text. Events may be larger by far; they are whole in
// the journal.
const (
	clipText  = 120 // bytes of a name, a title, a trait
	clipURL   = 300 // bytes; a longer address is dropped, for half of one leads nowhere
	clipList  = 20  // texts in a list
	clipValue = 1200
)

// clip cuts a text to what is kept of it, between characters.
func clip(s string) string {
	if len(s) <= clipText {
		return s
	}
	end := clipText
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.Clone(s[:end])
}

func clipLink(s string) string {
	if len(s) > clipURL {
		return ""
	}
	return s
}

// keepable returns a trait's value as JSON would give it back, cut to what is
// kept. What is neither text, number, truth nor list of those is not kept.
func keepable(value any) (any, bool) {
	switch v := value.(type) {
	case nil:
		return nil, false
	case string:
		return clip(v), true
	case bool, float64:
		return v, true
	case []string:
		return clipAll(v), true
	case []any:
		texts := make([]string, 0, len(v))
		for _, x := range v {
			if s, ok := x.(string); ok {
				texts = append(texts, s)
			}
		}
		return clipAll(texts), len(texts) > 0
	}
	return plain(value)
}

func clipAll(texts []string) []any {
	out := make([]any, 0, min(len(texts), clipList))
	for _, s := range texts[:min(len(texts), clipList)] {
		out = append(out, clip(s))
	}
	return out
}

// plain turns other Go values, such as an int in a test, into what JSON makes of them.
func plain(value any) (any, bool) {
	text, err := json.Marshal(value)
	if err != nil || len(text) > clipValue {
		return nil, false
	}
	var v any
	if json.Unmarshal(text, &v) != nil {
		return nil, false
	}
	switch v := v.(type) {
	case string, bool, float64:
		return keepable(v)
	}
	return nil, false
}
