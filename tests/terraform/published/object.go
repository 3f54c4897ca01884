package published

// object is a member that has members itself.
type object struct {
	block  Block
	single bool // at most one
	set    bool
}

func (s *source) object(name string, single, set bool) (any, error) {
	b, err := s.block(name+"OutputReference", name, name)
	return object{b, single, set}, err
}

// nested is the object as a block.
func (o object) nested(m member, mode string) Nested {
	n := Nested{Mode: "list", Block: o.block}
	switch {
	case mode == "struct":
		n.Mode = "single"
		return n
	case o.set || mode == "set":
		n.Mode = "set"
	}
	if o.single {
		n.Max = 1
	}
	if m.required {
		n.Min = 1
	}
	return n
}

// attribute is the object as a type, where it is not a block.
func (o object) attribute() any {
	kind := "list"
	if o.set {
		kind = "set"
	}
	return []any{kind, o.block.object()}
}

func (b Block) object() any {
	members := map[string]any{}
	for name, a := range b.Attributes {
		members[name] = a.Type
	}
	for name, n := range b.Nested {
		kind := n.Mode
		if kind == "single" {
			members[name] = n.Block.object()
			continue
		}
		members[name] = []any{kind, n.Block.object()}
	}
	return []any{"object", members}
}
