package published

import (
	"fmt"
	"strings"
)

// Schema is a provider's schema, as "terraform providers schema -json" writes it:
// https://developer.hashicorp.com/terraform/cli/commands/providers/schema
type Schema struct {
	Provider  Resource            `json:"provider"`
	Resources map[string]Resource `json:"resource_schemas"`
	Data      map[string]Resource `json:"data_source_schemas"`
}

// Resource is a resource, a data source, or the configuration of the provider.
type Resource struct {
	Block Block `json:"block"`
}

// Block is what stands in a pair of braces.
type Block struct {
	Attributes map[string]Attribute `json:"attributes"`
	Nested     map[string]Nested    `json:"block_types"`
}

// Attribute is an argument, or what the provider tells.
type Attribute struct {
	Type        any    `json:"type"` // "string", or a list such as ["list", "string"]
	Description string `json:"description,omitempty"`
	Required    bool   `json:"required,omitempty"`
	Optional    bool   `json:"optional,omitempty"`
	Computed    bool   `json:"computed,omitempty"`
}

// Nested is a block within a block: a list, a set, or a single one.
type Nested struct {
	Mode  string `json:"nesting_mode"`
	Block Block  `json:"block"`
	Min   int    `json:"min_items,omitempty"`
	Max   int    `json:"max_items,omitempty"`
}

// Schema is that of the provider for the resources and data sources that are named.
func (r Release) Schema(resources, data []string) (Schema, error) {
	none := Schema{}
	folders := map[string]bool{"provider": true}
	for _, name := range resources {
		folders[folder("", name)] = true
	}
	for _, name := range data {
		folders[folder("data-google-", name)] = true
	}
	files, err := r.Files(func(path string) bool {
		parts := strings.Split(path, "/")
		return len(parts) > 2 && parts[0] == "lib" && folders[parts[1]] && strings.HasSuffix(path, ".js")
	})
	if err != nil {
		return none, err
	}
	s := source{map[string][]member{}, map[string][]member{}, map[string]map[string]string{}, map[string]string{}}
	for name, text := range files {
		text, err := typescript(name, text)
		if err != nil {
			return none, fmt.Errorf("%s@%s: %w", r.Package, r.Version, err)
		}
		s.read(text)
	}
	schema, err := s.schema(resources, data)
	if err != nil {
		return none, fmt.Errorf("%s@%s: %w", r.Package, r.Version, err)
	}
	return schema, nil
}

// folder is where the bindings have what Terraform calls google_NAME.
func folder(prefix, name string) string {
	return prefix + strings.ReplaceAll(strings.TrimPrefix(name, "google_"), "_", "-")
}

func (s *source) schema(resources, data []string) (Schema, error) {
	all := Schema{Resources: map[string]Resource{}, Data: map[string]Resource{}}
	for _, group := range []struct {
		kind  string
		names []string
		put   func(string, Resource)
	}{
		{"TerraformProvider", []string{"google"}, func(_ string, r Resource) { all.Provider = r }},
		{"TerraformResource", resources, func(name string, r Resource) { all.Resources[name] = r }},
		{"TerraformDataSource", data, func(name string, r Resource) { all.Data[name] = r }},
	} {
		for _, name := range group.names {
			class, ok := s.types[group.kind+" "+name]
			if !ok {
				return all, fmt.Errorf("there is no %s %s", group.kind, name)
			}
			block, err := s.block(class, class, class+"Config")
			if err != nil {
				return all, fmt.Errorf("%s: %w", name, err)
			}
			group.put(name, Resource{block})
		}
	}
	return all, nil
}

// block is made of what a class can tell and an interface can be given.
func (s *source) block(class, configured, given string) (Block, error) {
	b := Block{Attributes: map[string]Attribute{}, Nested: map[string]Nested{}}
	members, ok := s.classes[class]
	if !ok { // the provider's own blocks, of which nothing can be read
		members, ok = s.interfaces[given]
	}
	if !ok {
		return b, fmt.Errorf("there is no class %s and no interface %s", class, given)
	}
	descriptions := map[string]string{}
	for _, m := range s.interfaces[given] {
		descriptions[m.name] = m.description
	}
	for _, m := range members {
		mode := s.blocks[configured][m.name]
		t, err := s.typeOf(m, mode)
		if err != nil {
			return b, fmt.Errorf("%s: %w", m.name, err)
		}
		if o, ok := t.(object); ok && !m.computed {
			b.Nested[m.name] = o.nested(m, mode)
			continue
		} else if ok {
			t = o.attribute()
		}
		b.Attributes[m.name] = Attribute{Type: t, Description: descriptions[m.name], Required: m.required, Optional: m.optional, Computed: m.computed}
	}
	return b, nil
}
