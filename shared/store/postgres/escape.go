package postgres

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
)

// JSONB holds any text but U+0000 and half a surrogate pair, which JSON can spell:
// \u0000, \ud83d. They are kept as mark and their four hexadecimal digits, and so is
// the mark itself, a code point that Unicode sets aside for a program's own use
// (https://www.unicode.org/faq/private_use.html#noncharacters).
const mark = "\ufdd0"

// escaped is the data as JSONB takes it: as a rule, as it is.
func escaped(data []byte) []byte {
	if !bytes.Contains(data, []byte(`\u`)) && !bytes.Contains(data, []byte(mark)) {
		return data
	}
	out := make([]byte, 0, len(data)+16)
	for i := 0; i < len(data); {
		n, code := next(data[i:])
		switch {
		case code == 0 || code == 0xfdd0 || utf16.IsSurrogate(code):
			out = fmt.Appendf(out, "%s%04x", mark, code)
		default:
			out = append(out, data[i:i+n]...)
		}
		i += n
	}
	return out
}

// next is how many bytes of JSON make its next character, and which that is when it
// may have to be escaped; -1 otherwise.
func next(data []byte) (n int, code rune) {
	if bytes.HasPrefix(data, []byte(mark)) {
		return len(mark), 0xfdd0
	}
	if data[0] != '\\' || len(data) < 2 {
		return 1, -1
	}
	code = unit(data)
	switch {
	case code < 0:
		return 2, -1
	case utf16.IsSurrogate(code) && utf16.DecodeRune(code, unit(data[6:])) != '\ufffd':
		return 12, -1
	}
	return 6, code
}

// unit is the UTF-16 unit that data begins with as \uXXXX; -1 when it does not.
func unit(data []byte) rune {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return -1
	}
	v, err := strconv.ParseUint(string(data[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(v)
}

// unescaped is what escaped was given, as a JSON value.
func unescaped(data []byte) []byte {
	return bytes.ReplaceAll(data, []byte(mark), []byte(`\u`))
}
