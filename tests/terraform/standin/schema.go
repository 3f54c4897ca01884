package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
)

// file is the part of Terraform's JSON of schemas that is about one provider.
type file struct {
	Provider  resource            `json:"provider"`
	Resources map[string]resource `json:"resource_schemas"`
	Data      map[string]resource `json:"data_source_schemas"`
}

type resource struct {
	Block block `json:"block"`
}

type block struct {
	Attributes map[string]struct {
		Type        any    `json:"type"`
		Description string `json:"description"`
		Required    bool   `json:"required"`
		Optional    bool   `json:"optional"`
		Computed    bool   `json:"computed"`
	} `json:"attributes"`
	Nested map[string]struct {
		Mode  string `json:"nesting_mode"`
		Block block  `json:"block"`
		Min   int64  `json:"min_items"`
		Max   int64  `json:"max_items"`
	} `json:"block_types"`
}

var modes = map[string]tfprotov5.SchemaNestedBlockNestingMode{
	"single": tfprotov5.SchemaNestedBlockNestingModeSingle,
	"list":   tfprotov5.SchemaNestedBlockNestingModeList,
	"set":    tfprotov5.SchemaNestedBlockNestingModeSet,
}

func open(path string) (*standin, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var f file
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s := &standin{}
	if s.provider, err = f.Provider.schema(); err != nil {
		return nil, fmt.Errorf("%s: provider: %w", path, err)
	}
	if s.resources, err = schemas(f.Resources); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.data, err = schemas(f.Data)
	return s, err
}

func schemas(resources map[string]resource) (map[string]*tfprotov5.Schema, error) {
	all := map[string]*tfprotov5.Schema{}
	for name, r := range resources {
		s, err := r.schema()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all[name] = s
	}
	return all, nil
}

func (r resource) schema() (*tfprotov5.Schema, error) {
	b, err := r.Block.schema()
	return &tfprotov5.Schema{Block: b}, err
}

func (b block) schema() (*tfprotov5.SchemaBlock, error) {
	s := &tfprotov5.SchemaBlock{}
	for name, a := range b.Attributes {
		t, err := typeOf(a.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		s.Attributes = append(s.Attributes, &tfprotov5.SchemaAttribute{
			Name: name, Type: t, Description: a.Description, Required: a.Required, Optional: a.Optional, Computed: a.Computed,
		})
	}
	for name, n := range b.Nested {
		inner, err := n.Block.schema()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		mode, ok := modes[n.Mode]
		if !ok {
			return nil, fmt.Errorf("%s: nesting mode %q; expected single, list or set", name, n.Mode)
		}
		s.BlockTypes = append(s.BlockTypes, &tfprotov5.SchemaNestedBlock{TypeName: name, Block: inner, Nesting: mode, MinItems: n.Min, MaxItems: n.Max})
	}
	return s, nil
}
