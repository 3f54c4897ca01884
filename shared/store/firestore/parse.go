package firestore

import (
	"encoding/json"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"redthread.dev/shared/store"
)

// native makes a JSON object what Firestore keeps.
func native(data []byte) (*pb.Value, error) {
	object, err := store.ParseObject(data)
	if err != nil {
		return nil, err
	}
	return nativeOf(object, 1)
}

// nativeOf is for a value which is so deep among maps and lists.
func nativeOf(v any, depth int) (*pb.Value, error) {
	switch v := v.(type) {
	case nil:
		return &pb.Value{ValueType: &pb.Value_NullValue{}}, nil
	case bool:
		return &pb.Value{ValueType: &pb.Value_BooleanValue{BooleanValue: v}}, nil
	case string:
		return text(v), nil
	case json.Number:
		return nativeNumber(v.String()), nil
	case []any:
		if depth <= maxDepth {
			return nativeList(v, depth)
		}
	case map[string]any:
		if depth <= maxDepth && named(v) {
			return nativeMap(v, depth)
		}
	}
	written, err := store.FormatValue(v)
	if err != nil {
		return nil, err
	}
	return mapOf(map[string]*pb.Value{jsonField: text(string(written))}), nil
}

func nativeMap(object map[string]any, depth int) (*pb.Value, error) {
	fields := make(map[string]*pb.Value, len(object))
	for name, v := range object {
		field, err := nativeOf(v, depth+1)
		if err != nil {
			return nil, err
		}
		fields[fieldOf(name)] = field
	}
	return mapOf(fields), nil
}

// nativeList puts each list that stands in it into a map, which takes a level more.
func nativeList(list []any, depth int) (*pb.Value, error) {
	values := make([]*pb.Value, len(list))
	for i, v := range list {
		_, nested := v.([]any)
		below := depth + 1
		if nested {
			below++
		}
		element, err := nativeOf(v, below)
		if err != nil {
			return nil, err
		}
		if nested && below <= maxDepth {
			element = mapOf(map[string]*pb.Value{listField: element})
		}
		values[i] = element
	}
	return listOf(values), nil
}

// named says whether Firestore takes an object's names.
func named(object map[string]any) bool {
	for name := range object {
		if len(fieldOf(name)) > maxName {
			return false
		}
	}
	return true
}
