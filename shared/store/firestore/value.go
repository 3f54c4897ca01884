package firestore

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// JSON has values that Firestore has not. They are kept in a map with one field whose
// name begins with %, which no member's field does (fieldOf):
const (
	listField   = "%list"   // a list that stands directly in a list
	numberField = "%number" // a number that is neither an int64 nor the shortest text of a float64, as its text
	jsonField   = "%json"   // what is nested too deeply, or has a name too long: its JSON text
)

// maxDepth is how many maps and lists may be in each other below data; Firestore takes 20.
const maxDepth = 18

// parsed reads one JSON object.
func parsed(data []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, &json.SyntaxError{Offset: d.InputOffset()}
	}
	return object, nil
}

// native is a JSON value as Firestore keeps it, at that depth.
func native(v any, depth int) *pb.Value {
	switch v := v.(type) {
	case map[string]any:
		return nativeMap(v, depth)
	case []any:
		return nativeList(v, depth)
	case string:
		return text(v)
	case json.Number:
		return nativeNumber(string(v))
	case bool:
		return &pb.Value{ValueType: &pb.Value_BooleanValue{BooleanValue: v}}
	}
	return &pb.Value{ValueType: &pb.Value_NullValue{}}
}

func nativeMap(object map[string]any, depth int) *pb.Value {
	fields := make(map[string]*pb.Value, len(object))
	for member, v := range object {
		name := fieldOf(member)
		if len(name) > maxName || depth > maxDepth {
			return asText(object)
		}
		fields[name] = native(v, depth+1)
	}
	return mapOf(fields)
}

func nativeList(list []any, depth int) *pb.Value {
	if depth > maxDepth {
		return asText(list)
	}
	values := make([]*pb.Value, len(list))
	for i, v := range list {
		inner, nested := v.([]any)
		switch {
		case nested && depth+2 > maxDepth:
			values[i] = asText(inner)
		case nested:
			values[i] = mapOf(map[string]*pb.Value{listField: nativeList(inner, depth+2)})
		default:
			values[i] = native(v, depth+1)
		}
	}
	return &pb.Value{ValueType: &pb.Value_ArrayValue{ArrayValue: &pb.ArrayValue{Values: values}}}
}

func nativeNumber(number string) *pb.Value {
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		return integer(n)
	}
	f, err := strconv.ParseFloat(number, 64)
	if err == nil && sameNumber(number, formatted(f)) {
		return &pb.Value{ValueType: &pb.Value_DoubleValue{DoubleValue: f}}
	}
	return mapOf(map[string]*pb.Value{numberField: text(number)})
}

// asText keeps a value as its JSON. What was parsed can always be written.
func asText(v any) *pb.Value {
	data, _ := json.Marshal(v)
	return mapOf(map[string]*pb.Value{jsonField: text(string(data))})
}

func formatted(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// sameNumber compares two JSON numbers by their digits, so that one with a huge exponent
// costs nothing.
func sameNumber(a, b string) bool {
	digitsA, exponentA := scientific(a)
	digitsB, exponentB := scientific(b)
	return digitsA == digitsB && exponentA == exponentB
}

// scientific is a number as its sign and digits, without zeros at either end, and the
// power of ten of the last digit. An exponent beyond an int is none that b can have.
func scientific(number string) (digits string, exponent int) {
	number = strings.ToLower(number)
	number, power, _ := strings.Cut(number, "e")
	exponent, _ = strconv.Atoi(power)
	sign := ""
	if rest, negative := strings.CutPrefix(number, "-"); negative {
		number, sign = rest, "-"
	}
	whole, fraction, _ := strings.Cut(number, ".")
	all := strings.TrimLeft(whole+fraction, "0")
	digits = strings.TrimRight(all, "0")
	if digits == "" {
		return "", 0
	}
	return sign + digits, exponent - len(fraction) + len(all) - len(digits)
}

func text(s string) *pb.Value { return &pb.Value{ValueType: &pb.Value_StringValue{StringValue: s}} }
func integer(n int64) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_IntegerValue{IntegerValue: n}}
}

func mapOf(fields map[string]*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_MapValue{MapValue: &pb.MapValue{Fields: fields}}}
}
