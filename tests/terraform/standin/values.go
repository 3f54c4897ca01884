package main

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func unknown(t tftypes.Type) tftypes.Value { return tftypes.NewValue(t, tftypes.UnknownValue) }

// told puts a value for each attribute that the provider tells and nobody configured.
func told(b *tfprotov5.SchemaBlock, v tftypes.Value, value func(tftypes.Type) tftypes.Value) (tftypes.Value, error) {
	members := map[string]tftypes.Value{}
	if v.IsNull() || !v.IsKnown() {
		return v, nil
	}
	if err := v.As(&members); err != nil {
		return v, err
	}
	for _, a := range b.Attributes {
		if a.Computed && members[a.Name].IsNull() {
			members[a.Name] = value(a.Type)
		}
	}
	for _, n := range b.BlockTypes {
		inner, err := toldWithin(n, members[n.TypeName], value)
		if err != nil {
			return v, fmt.Errorf("%s: %w", n.TypeName, err)
		}
		members[n.TypeName] = inner
	}
	return tftypes.NewValue(v.Type(), members), nil
}

func toldWithin(n *tfprotov5.SchemaNestedBlock, v tftypes.Value, value func(tftypes.Type) tftypes.Value) (tftypes.Value, error) {
	if n.Nesting == tfprotov5.SchemaNestedBlockNestingModeSingle || v.IsNull() || !v.IsKnown() {
		return told(n.Block, v, value)
	}
	var blocks []tftypes.Value
	if err := v.As(&blocks); err != nil {
		return v, err
	}
	for i := range blocks {
		inner, err := told(n.Block, blocks[i], value)
		if err != nil {
			return v, err
		}
		blocks[i] = inner
	}
	return tftypes.NewValue(v.Type(), blocks), nil
}

// madeUp puts something of the right type wherever a value is not known.
func madeUp(v tftypes.Value) (tftypes.Value, error) {
	return tftypes.Transform(v, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if v.IsKnown() {
			return v, nil
		}
		return invented(v.Type()), nil
	})
}

func invented(t tftypes.Type) tftypes.Value {
	switch t := t.(type) {
	case tftypes.List:
		return tftypes.NewValue(t, []tftypes.Value{invented(t.ElementType)})
	case tftypes.Set:
		return tftypes.NewValue(t, []tftypes.Value{invented(t.ElementType)})
	case tftypes.Map:
		return tftypes.NewValue(t, map[string]tftypes.Value{})
	case tftypes.Object:
		members := map[string]tftypes.Value{}
		for name, inner := range t.AttributeTypes {
			members[name] = invented(inner)
		}
		return tftypes.NewValue(t, members)
	}
	switch {
	case t.Is(tftypes.Number):
		return tftypes.NewValue(t, 1)
	case t.Is(tftypes.Bool):
		return tftypes.NewValue(t, false)
	}
	return tftypes.NewValue(t, "invented")
}
