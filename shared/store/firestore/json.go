package firestore

import (
	"fmt"
	"strconv"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"redthread.dev/shared/store"
)

// appendJSON appends a native value as the JSON it was made of, members in order.
func appendJSON(to []byte, v *pb.Value) ([]byte, error) {
	switch v := v.GetValueType().(type) {
	case *pb.Value_MapValue:
		return appendMap(to, v.MapValue.GetFields())
	case *pb.Value_ArrayValue:
		return store.AppendList(to, v.ArrayValue.GetValues(), appendJSON)
	case *pb.Value_StringValue:
		return store.AppendText(to, v.StringValue), nil
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
				return store.AppendJSON(to, v.GetStringValue())
			}
		}
	}
	return store.AppendObject(to, fields, memberOf, appendJSON)
}
