package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// possible is how Google's generator of providers ends the description of an argument that
// it checks against a list.
var possible = regexp.MustCompile(`Possible values: \[([^\]]*)\]`)

// refused are the values of what cannot be configured, and those that are not among the
// ones that an argument's description lists. All else that a schema says Terraform itself
// holds a configuration to.
func refused(schema *tfprotov5.Schema, config *tfprotov5.DynamicValue) []*tfprotov5.Diagnostic {
	v, err := config.Unmarshal(schema.ValueType())
	if err != nil {
		return []*tfprotov5.Diagnostic{{Severity: tfprotov5.DiagnosticSeverityError, Summary: "cannot be read", Detail: err.Error()}}
	}
	return within(schema.Block, v, tftypes.NewAttributePath())
}

func within(b *tfprotov5.SchemaBlock, v tftypes.Value, at *tftypes.AttributePath) []*tfprotov5.Diagnostic {
	members := map[string]tftypes.Value{}
	if v.IsNull() || !v.IsKnown() || v.As(&members) != nil {
		return nil
	}
	var all []*tfprotov5.Diagnostic
	for _, a := range b.Attributes {
		all = append(all, listed(a, members[a.Name], at.WithAttributeName(a.Name))...)
	}
	for _, n := range b.BlockTypes {
		inner, here := members[n.TypeName], at.WithAttributeName(n.TypeName)
		var blocks []tftypes.Value
		if n.Nesting == tfprotov5.SchemaNestedBlockNestingModeSingle {
			all = append(all, within(n.Block, inner, here)...)
		} else if inner.IsKnown() && !inner.IsNull() && inner.As(&blocks) == nil {
			for i, one := range blocks {
				all = append(all, within(n.Block, one, here.WithElementKeyInt(i))...)
			}
		}
	}
	return all
}

func listed(a *tfprotov5.SchemaAttribute, v tftypes.Value, at *tftypes.AttributePath) []*tfprotov5.Diagnostic {
	no := func(summary, detail string) []*tfprotov5.Diagnostic {
		return []*tfprotov5.Diagnostic{{Severity: tfprotov5.DiagnosticSeverityError, Attribute: at, Summary: summary, Detail: detail}}
	}
	if a.Computed && !a.Optional && !v.IsNull() {
		return no("not to be configured", a.Name+" is what the provider tells; expected no value for it")
	}
	found := possible.FindStringSubmatch(a.Description)
	var text string
	if found == nil || v.IsNull() || !v.IsKnown() || v.As(&text) != nil {
		return nil
	}
	values := strings.Split(strings.NewReplacer(`"`, "", " ", "").Replace(found[1]), ",")
	if slices.Contains(values, text) {
		return nil
	}
	return no("no possible value", fmt.Sprintf("%s is %q; expected one of %s", a.Name, text, strings.Join(values, ", ")))
}
