package firestore

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// appendJSON appends a native value as the JSON it was made of, members in order.
func appendJSON(to []byte, v *pb.Value) ([]byte, error) {
	switch v := v.GetValueType().(type) {
	case *pb.Value_MapValue:
		return appendMap(to, v.MapValue.GetFields())
	case *pb.Value_ArrayValue:
		return appendList(to, v.ArrayValue.GetValues())
	case *pb.Value_StringValue:
		return appendString(to, v.StringValue), nil
	case *pb.Value_IntegerValue:
		return strconv.AppendInt(to, v.IntegerValue, 10), nil
	case *pb.Value_DoubleValue:
		return append(to, formatted(v.DoubleValue)...), nil
	case *pb.Value_BooleanValue:
		return strconv.AppendBool(to, v.BooleanValue), nil
	case *pb.Value_NullValue:
		return append(to, "null"...), nil
	default: // which somebody else has written
		return nil, fmt.Errorf("a value of type %T, want what JSON has", v)
	}
}

func appendMap(to []byte, fields map[string]*pb.Value) ([]byte, error) {
	if len(fields) == 1 {
		if list := fields[listField]; list != nil {
			return appendJSON(to, list)
		}
		for _, name := range []string{numberField, jsonField} {
			if v := fields[name]; v != nil {
				return append(to, v.GetStringValue()...), nil
			}
		}
	}
	to = append(to, '{')
	for i, name := range slices.Sorted(maps.Keys(fields)) {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(appendString(to, memberOf(name)), ':')
		var err error
		if to, err = appendJSON(to, fields[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return append(to, '}'), nil
}

func appendList(to []byte, values []*pb.Value) (_ []byte, err error) {
	to = append(to, '[')
	for i, v := range values {
		if i > 0 {
			to = append(to, ',')
		}
		if to, err = appendJSON(to, v); err != nil {
			return nil, err
		}
	}
	return append(to, ']'), nil
}

func appendString(to []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == '"' || s[i] == '\\' {
			quoted, _ := json.Marshal(s)
			return append(to, quoted...)
		}
	}
	return append(append(append(to, '"'), s...), '"')
}

// sizeOf is how many bytes Firestore counts for a value.
// https://docs.cloud.google.com/firestore/docs/storage-size
func sizeOf(v *pb.Value) int {
	switch v := v.GetValueType().(type) {
	case *pb.Value_MapValue:
		return sizeOfFields(v.MapValue.GetFields())
	case *pb.Value_ArrayValue:
		sum := 0
		for _, element := range v.ArrayValue.GetValues() {
			sum += sizeOf(element)
		}
		return sum
	case *pb.Value_StringValue:
		return len(v.StringValue) + 1
	case *pb.Value_IntegerValue, *pb.Value_DoubleValue, *pb.Value_TimestampValue:
		return 8
	}
	return 1
}

func sizeOfFields(fields map[string]*pb.Value) int {
	sum := 0
	for name, v := range fields {
		sum += len(name) + 1 + sizeOf(v)
	}
	return sum
}
