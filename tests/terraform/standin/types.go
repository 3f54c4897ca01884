package main

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var plain = map[string]tftypes.Type{"string": tftypes.String, "number": tftypes.Number, "bool": tftypes.Bool}

// typeOf reads a type as Terraform writes it in JSON: "string", or ["list", "string"], or
// ["object", {"name": "string"}].
func typeOf(text any) (tftypes.Type, error) {
	if name, ok := text.(string); ok && plain[name] != nil {
		return plain[name], nil
	}
	pair, _ := text.([]any)
	if len(pair) != 2 {
		return nil, fmt.Errorf("type is %v; expected string, number, bool, or a list, set, map or object of them", text)
	}
	if pair[0] == "object" {
		return objectOf(pair[1])
	}
	element, err := typeOf(pair[1])
	if err != nil {
		return nil, err
	}
	switch pair[0] {
	case "list":
		return tftypes.List{ElementType: element}, nil
	case "set":
		return tftypes.Set{ElementType: element}, nil
	case "map":
		return tftypes.Map{ElementType: element}, nil
	}
	return nil, fmt.Errorf("type is %v; expected a list, set, map or object", pair[0])
}

func objectOf(text any) (tftypes.Type, error) {
	members, ok := text.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("object is %v; expected its members", text)
	}
	o := tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}
	for name, member := range members {
		t, err := typeOf(member)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		o.AttributeTypes[name] = t
	}
	return o, nil
}
