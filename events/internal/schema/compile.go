package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// source is a schema document, or a part of one, as it is written.
type source struct {
	Schema      string `json:"$schema"`
	ID          string `json:"$id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Examples    []any  `json:"examples"`

	Ref                  string             `json:"$ref"`
	Defs                 map[string]*source `json:"$defs"`
	Type                 oneOrMore          `json:"type"`
	Properties           map[string]*source `json:"properties"`
	Required             []string           `json:"required"`
	AnyOf                []*source          `json:"anyOf"`
	AdditionalProperties *source            `json:"additionalProperties"`
	PropertyNames        *source            `json:"propertyNames"`
	MinProperties        int                `json:"minProperties"`
	MaxProperties        int                `json:"maxProperties"`
	Items                *source            `json:"items"`
	MinItems             int                `json:"minItems"`
	MaxItems             int                `json:"maxItems"`
	Minimum              *float64           `json:"minimum"`
	Maximum              *float64           `json:"maximum"`
	MinLength            int                `json:"minLength"`
	MaxLength            int                `json:"maxLength"`
	Pattern              string             `json:"pattern"`
	Enum                 []string           `json:"enum"`
	Format               string             `json:"format"`
	When                 string             `json:"x-when"`
}

type oneOrMore []string

func (o *oneOrMore) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		*o = make(oneOrMore, 1)
		return json.Unmarshal(data, &(*o)[0])
	}
	return json.Unmarshal(data, (*[]string)(o))
}

// Compile reads a JSON Schema. It fails on a keyword, format or reference it does
// not know.
func Compile(document []byte) (*Schema, error) {
	var root source
	decoder := json.NewDecoder(strings.NewReader(string(document)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&root); err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	c := compiler{defs: root.Defs, done: map[string]*node{}}
	n, err := c.node(&root)
	if err != nil {
		return nil, fmt.Errorf("compile schema %s: %w", root.ID, err)
	}
	return &Schema{n}, nil
}

type compiler struct {
	defs map[string]*source
	done map[string]*node
}

func (c *compiler) node(s *source) (*node, error) {
	if s == nil {
		return nil, nil
	}
	n := &node{}
	if s.Ref != "" {
		referred, err := c.reference(s.Ref)
		if err != nil {
			return nil, err
		}
		*n = *referred
	}
	for _, part := range []func(*node, *source) error{c.scalars, c.texts, c.lists, c.objects} {
		if err := part(n, s); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (c *compiler) reference(ref string) (*node, error) {
	name := strings.TrimPrefix(ref, "#/$defs/")
	if n, ok := c.done[name]; ok {
		return n, nil
	}
	s, ok := c.defs[name]
	if !ok {
		return nil, fmt.Errorf("$ref %q leads nowhere", ref)
	}
	n, err := c.node(s)
	c.done[name] = n
	return n, err
}

func (c *compiler) scalars(n *node, s *source) error {
	for _, t := range s.Type {
		k, ok := kinds[t]
		if !ok {
			return fmt.Errorf("unknown type %q", t)
		}
		n.kinds |= k
	}
	if len(s.Type) > 0 {
		n.typeIs = strings.Join(s.Type, " or ")
	}
	if s.Minimum != nil {
		n.minimum = s.Minimum
	}
	if s.Maximum != nil {
		n.maximum = s.Maximum
	}
	return nil
}

func (c *compiler) texts(n *node, s *source) (err error) {
	n.minLength = max(n.minLength, s.MinLength)
	n.maxLength = max(n.maxLength, s.MaxLength)
	n.planned = n.planned || s.When == "planned"
	if s.Pattern != "" {
		if n.pattern, err = newMatcher(s.Pattern); err != nil {
			return err
		}
	}
	if s.Format != "" {
		if !slices.Contains([]string{"date-time", "date"}, s.Format) {
			return fmt.Errorf("unknown format %q", s.Format)
		}
		n.format = s.Format
	}
	if s.Enum != nil {
		n.noun, n.enumText = s.Title, strings.Join(s.Enum, ", ")
		n.enum = make(map[string]struct{}, len(s.Enum))
		for _, value := range s.Enum {
			n.enum[value] = struct{}{}
		}
	}
	return nil
}

func (c *compiler) lists(n *node, s *source) (err error) {
	n.minItems = max(n.minItems, s.MinItems)
	n.maxItems = max(n.maxItems, s.MaxItems)
	if s.Items != nil {
		n.items, err = c.node(s.Items)
	}
	return err
}

func (c *compiler) objects(n *node, s *source) (err error) {
	n.minProps = max(n.minProps, s.MinProperties)
	n.maxProps = max(n.maxProps, s.MaxProperties)
	if s.PropertyNames != nil {
		if n.nameRule, err = newMatcher(s.PropertyNames.Pattern); err != nil {
			return err
		}
	}
	if s.AdditionalProperties != nil {
		if n.extra, err = c.node(s.AdditionalProperties); err != nil {
			return err
		}
	}
	if s.Properties == nil {
		return nil
	}
	if err := c.properties(n, s); err != nil {
		return err
	}
	if n.required, err = n.setOf(s.Required); err != nil {
		return err
	}
	for _, choice := range s.AnyOf {
		names, err := n.setOf(choice.Required)
		if err != nil {
			return err
		}
		if names == 0 {
			return errors.New("anyOf: expected required in each choice")
		}
		n.anyOf = append(n.anyOf, names)
	}
	return nil
}

func (c *compiler) properties(n *node, s *source) error {
	if len(s.Properties) > 64 {
		return fmt.Errorf("%d properties in one object, 64 at most", len(s.Properties))
	}
	n.properties = make(map[string]property, len(s.Properties))
	for name, part := range s.Properties {
		child, err := c.node(part)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		n.properties[name] = property{len(n.names), child}
		n.names = append(n.names, name)
	}
	return nil
}

func (n *node) setOf(names []string) (set, error) {
	var found set
	for _, name := range names {
		p, ok := n.properties[name]
		if !ok {
			return 0, fmt.Errorf("required %q is no property", name)
		}
		found |= 1 << p.index
	}
	return found, nil
}
