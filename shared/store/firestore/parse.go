package firestore

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// native reads a JSON object into what Firestore keeps. Reading it into Go's own maps
// first would take as long as all the rest of a commit.
func native(data []byte) (*pb.Value, error) {
	if !json.Valid(data) {
		var object map[string]any
		return nil, json.Unmarshal(data, &object) // which says where
	}
	r := reader{data: data}
	if r.next() != '{' {
		return nil, errors.New("it begins with another character than {")
	}
	return r.value(1), nil
}

// reader goes through JSON that is known to be valid.
type reader struct {
	data []byte
	at   int
}

// next skips white space and returns the character there, without going past it.
func (r *reader) next() byte {
	for {
		switch c := r.data[r.at]; c {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return c
		}
	}
}

// value reads one, which is so deep among maps and lists.
func (r *reader) value(depth int) *pb.Value {
	switch r.next() {
	case '{', '[':
		if depth > maxDepth {
			return r.text()
		}
		if r.data[r.at] == '{' {
			return r.object(depth)
		}
		return r.list(depth)
	case '"':
		return text(r.string())
	case 't', 'f':
		return &pb.Value{ValueType: &pb.Value_BooleanValue{BooleanValue: string(r.word()) == "true"}}
	case 'n':
		r.word()
		return &pb.Value{ValueType: &pb.Value_NullValue{}}
	}
	return nativeNumber(string(r.word()))
}

func (r *reader) object(depth int) *pb.Value {
	begin, fields := r.at, map[string]*pb.Value{}
	for r.more('}') {
		name := fieldOf(r.string())
		if len(name) > maxName {
			r.at = begin
			return r.text()
		}
		r.next() // the colon
		r.at++
		fields[name] = r.value(depth + 1)
	}
	return mapOf(fields)
}

func (r *reader) list(depth int) *pb.Value {
	values := []*pb.Value{}
	for r.more(']') {
		switch {
		case r.data[r.at] != '[':
			values = append(values, r.value(depth+1))
		case depth+2 > maxDepth:
			values = append(values, r.text())
		default:
			values = append(values, mapOf(map[string]*pb.Value{listField: r.list(depth + 2)}))
		}
	}
	return &pb.Value{ValueType: &pb.Value_ArrayValue{ArrayValue: &pb.ArrayValue{Values: values}}}
}

// more goes past an opening bracket or a comma to what follows it, or past the end.
func (r *reader) more(end byte) bool {
	if c := r.next(); c == '{' || c == '[' || c == ',' {
		r.at++
	}
	if r.next() == end {
		r.at++
		return false
	}
	return true
}

// text skips a value and keeps it as its JSON.
func (r *reader) text() *pb.Value {
	begin := r.at
	for open := 0; ; {
		switch r.data[r.at] {
		case '"':
			r.quoted()
			continue
		case '{', '[':
			open++
		case '}', ']':
			open--
		}
		r.at++
		if open == 0 {
			skipped := string([]rune(string(r.data[begin:r.at]))) // what is no UTF-8 replaced, as in other strings
			return mapOf(map[string]*pb.Value{jsonField: text(skipped)})
		}
	}
}

// word reads a number, true, false or null.
func (r *reader) word() []byte {
	begin := r.at
	for r.at < len(r.data) && !strings.ContainsRune(" \t\n\r,]}", rune(r.data[r.at])) {
		r.at++
	}
	return r.data[begin:r.at]
}

func (r *reader) string() string {
	quoted, escaped := r.quoted()
	if !escaped && utf8.Valid(quoted) {
		return string(quoted[1 : len(quoted)-1])
	}
	var s string
	_ = json.Unmarshal(quoted, &s) // it is valid
	return s
}

// quoted reads a string as it is written, and says whether any of it is escaped.
func (r *reader) quoted() (_ []byte, escaped bool) {
	begin := r.at
	for r.at++; r.data[r.at] != '"'; r.at++ {
		if r.data[r.at] == '\\' {
			escaped = true
			r.at++
		}
	}
	r.at++
	return r.data[begin:r.at], escaped
}
