package function

import (
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// Attributes in headers are percent-encoded, and may be quoted by senders of the first
// edition (CloudEvents 1.0.2, HTTP protocol binding, section 3.1.3.2). The SDK does neither.

// escaped tells whether a header's value is not the attribute itself.
func escaped(value string) bool { return strings.IndexByte(value, '%') >= 0 || quoted(value) }

func quoted(value string) bool {
	return len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"'
}

// unescaped returns headers with the attributes as they are meant, for the SDK to read.
// The error says which one is not UTF-8 when its encoding is undone.
func unescaped(h http.Header) (http.Header, error) {
	meant := h.Clone()
	for name, values := range meant {
		if !strings.HasPrefix(name, prefix) || len(values) == 0 {
			continue
		}
		if name == prefix {
			return nil, fmt.Errorf("the header %q names no attribute", prefix)
		}
		value, ok := unescape(values[0])
		if !ok {
			return nil, fmt.Errorf("the header %.60q is not UTF-8 when its percent-encoding is undone", strings.ToLower(name))
		}
		meant[name] = []string{value}
	}
	return meant, nil
}

// unescape undoes quotes, then percent-encoding, once. A percent sign that begins no
// code stands for itself, as senders that do not encode mean it. False: what comes out
// is not UTF-8.
func unescape(value string) (string, bool) {
	if quoted(value) {
		value = unquote(value[1 : len(value)-1])
	}
	if strings.IndexByte(value, '%') < 0 {
		return value, true
	}
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if code, ok := code(value[i:]); ok {
			b.WriteByte(code)
			i += 2
			continue
		}
		b.WriteByte(value[i])
	}
	return b.String(), utf8.ValidString(b.String())
}

// unquote undoes the escapes of a quoted string (RFC 7230, section 3.2.6).
func unquote(inner string) string {
	var b strings.Builder
	for i := 0; i < len(inner); i++ {
		if inner[i] == '\\' && i+1 < len(inner) {
			i++
		}
		b.WriteByte(inner[i])
	}
	return b.String()
}

// code is the byte that a text begins with the code of, %41.
func code(text string) (byte, bool) {
	if len(text) < 3 || text[0] != '%' {
		return 0, false
	}
	high, low := strings.IndexByte(digits, text[1]), strings.IndexByte(digits, text[2])
	if high < 0 || low < 0 {
		return 0, false
	}
	return byte(high%16<<4 | low%16), true
}

// digits are those of base 16, in capitals and then not: what a digit is worth is its
// place modulo 16.
const digits = "0123456789ABCDEF" + "0123456789abcdef"

// escape encodes an attribute for a header; what needs no encoding stays as it is.
func escape(value string) string {
	if !strings.ContainsFunc(value, mustEncode) {
		return value
	}
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if c := value[i]; mustEncode(rune(c)) {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// mustEncode tells the characters that no attribute has in a header as they are.
func mustEncode(r rune) bool { return r <= ' ' || r == '"' || r == '%' || r > '~' }

// escapeAll encodes the attributes that the SDK has put into headers as they were.
func escapeAll(h http.Header) {
	for name, values := range h {
		if strings.HasPrefix(name, prefix) {
			for i, value := range values {
				values[i] = escape(value)
			}
		}
	}
}

// encoder is an answer whose attributes are encoded as its headers are sent.
type encoder struct{ http.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (e encoder) WriteHeader(status int) {
	escapeAll(e.Header())
	unguessed(e.Header())
	e.ResponseWriter.WriteHeader(status)
}

// unguessed keeps net/http from guessing a content type: it would become the event's.
func unguessed(h http.Header) {
	if h.Get("Content-Type") == "" {
		h["Content-Type"] = nil
	}
}
