package dynamodb

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"redthread.dev/shared/store"
)

// foreign is the one member of a map that stands for a value DynamoDB has no type for: its
// JSON as text. These are numbers of more than 38 digits or beyond 1e±125, what is nested
// deeper than DynamoDB takes (32 levels), objects with an empty or a very long name, and
// objects that look like such a map themselves.
const foreign = "$json"

const (
	deepest     = 30    // levels of maps and lists, of which data is the first
	longestName = 60000 // bytes of a member's name; DynamoDB takes 64 KB
)

type value = types.AttributeValue

// encode returns a JSON object as a map in native types.
func encode(data []byte) (value, error) {
	object, err := store.ParseObject(data)
	if err != nil {
		return nil, err
	}
	return native(object, 1)
}

func native(v any, level int) (value, error) {
	switch v := v.(type) {
	case nil:
		return &types.AttributeValueMemberNULL{Value: true}, nil
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}, nil
	case string:
		return &types.AttributeValueMemberS{Value: v}, nil
	case json.Number:
		if text, ok := number(v.String()); ok {
			return &types.AttributeValueMemberN{Value: text}, nil
		}
	case []any:
		if level <= deepest {
			return list(v, level)
		}
	case map[string]any:
		if level <= deepest && named(v) {
			return object(v, level)
		}
	}
	text, err := store.FormatValue(v)
	if err != nil {
		return nil, err
	}
	return &types.AttributeValueMemberM{Value: map[string]value{foreign: &types.AttributeValueMemberS{Value: string(text)}}}, nil
}

func list(v []any, level int) (value, error) {
	l := make([]value, len(v))
	for i := range v {
		var err error
		if l[i], err = native(v[i], level+1); err != nil {
			return nil, err
		}
	}
	return &types.AttributeValueMemberL{Value: l}, nil
}

func object(v map[string]any, level int) (value, error) {
	m := make(map[string]value, len(v))
	for name := range v {
		var err error
		if m[name], err = native(v[name], level+1); err != nil {
			return nil, err
		}
	}
	return &types.AttributeValueMemberM{Value: m}, nil
}

// named says whether an object's names are such as a map can have.
func named(v map[string]any) bool {
	for name := range v {
		if name == "" || len(name) > longestName || name == foreign && len(v) == 1 {
			return false
		}
	}
	return true
}

// decode is the reverse of encode.
func decode(v value) ([]byte, error) { return appendJSON(nil, v) }

func appendJSON(to []byte, v value) ([]byte, error) {
	switch v := v.(type) {
	case *types.AttributeValueMemberNULL:
		return append(to, "null"...), nil
	case *types.AttributeValueMemberBOOL:
		return strconv.AppendBool(to, v.Value), nil
	case *types.AttributeValueMemberS:
		return store.AppendText(to, v.Value), nil
	case *types.AttributeValueMemberN:
		return store.AppendJSON(to, v.Value)
	case *types.AttributeValueMemberL:
		return store.AppendList(to, v.Value, appendJSON)
	case *types.AttributeValueMemberM:
		if text, ok := v.Value[foreign].(*types.AttributeValueMemberS); ok && len(v.Value) == 1 {
			return store.AppendJSON(to, text.Value)
		}
		return store.AppendObject(to, v.Value, func(name string) string { return name }, appendJSON)
	}
	return nil, fmt.Errorf("attribute data holds a %T, which is no JSON value", v)
}
