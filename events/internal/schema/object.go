package schema

import (
	"bytes"
	"strings"
)

// members is what is known of an object while walking through it.
type members struct {
	seen   set
	count  int
	others [][]byte // names that are no properties, where those are bounded
}

func (w *walker) object(n *node) *Violation {
	var m members
	if w.next() == '}' {
		w.pos++
		return w.complete(n, &m)
	}
	for {
		if w.next() != '"' {
			return w.syntax("a name in quotes")
		}
		if v := w.member(n, &m); v != nil {
			return v
		}
		switch w.next() {
		case ',':
			w.pos++
		case '}':
			w.pos++
			return w.complete(n, &m)
		default:
			return w.syntax("',' or '}'")
		}
	}
}

// member takes one name and its value.
func (w *walker) member(n *node, m *members) *Violation {
	name, v := w.scan()
	if v != nil {
		return v
	}
	if w.next() != ':' {
		return w.syntax("':'")
	}
	w.pos++
	if len(name) > maxString {
		return w.fail("maxLength", "a name of %d bytes, at most %d", len(name), maxString)
	}
	m.count++
	child, v := w.child(n, m, name)
	if v != nil {
		return v
	}
	w.path[w.depth] = step{name: name}
	w.depth++
	if v := w.value(child); v != nil {
		return v
	}
	w.depth--
	return nil
}

// child finds the subschema for a name and refuses a name that may not be there.
func (w *walker) child(n *node, m *members, name []byte) (*node, *Violation) {
	if n == nil {
		return nil, nil
	}
	if n.maxProps > 0 && m.count > n.maxProps {
		return nil, w.fail("maxProperties", "more than %d", n.maxProps)
	}
	if p, ok := n.properties[string(name)]; ok {
		if m.seen&(1<<p.index) != 0 {
			return nil, w.fail(RuleDuplicate, "%q twice", name)
		}
		m.seen |= 1 << p.index
		return p.node, nil
	}
	for _, known := range n.names {
		if len(name) < 2*len(known) && strings.EqualFold(string(name), known) {
			return nil, w.fail(RuleSpelling, "%q is to be written %q", name, known)
		}
	}
	if n.nameRule != nil && !n.nameRule.match(name) {
		return nil, w.fail("propertyNames", "%q does not match %s", excerpt(name), n.nameRule.text)
	}
	return n.extra, w.another(n, m, name)
}

// another refuses a name that was there before; beyond the properties only in maps,
// whose size is bounded.
func (w *walker) another(n *node, m *members, name []byte) *Violation {
	if n.maxProps == 0 {
		return nil
	}
	for _, other := range m.others {
		if bytes.Equal(other, name) {
			return w.fail(RuleDuplicate, "%q twice", excerpt(name))
		}
	}
	m.others = append(m.others, name)
	return nil
}

// complete checks an object as a whole, once its end is reached.
func (w *walker) complete(n *node, m *members) *Violation {
	if n == nil {
		return nil
	}
	if missing := n.required &^ m.seen; missing != 0 {
		return w.missing(n, missing)
	}
	if m.count < n.minProps {
		return w.fail("minProperties", "%d, expected at least %d", m.count, n.minProps)
	}
	if len(n.anyOf) == 0 {
		return nil
	}
	for _, choice := range n.anyOf {
		if choice&^m.seen == 0 {
			return nil
		}
	}
	return w.fail("anyOf", "expected %s", n.choices())
}

// missing names the first property that is missing, by the alphabet.
func (w *walker) missing(n *node, missing set) *Violation {
	first := ""
	for i, name := range n.names {
		if missing&(1<<i) != 0 && (first == "" || name < first) {
			first = name
		}
	}
	w.path[w.depth] = step{name: []byte(first)}
	w.depth++
	return w.fail("required", "missing")
}

func (n *node) choices() string {
	var texts []string
	for _, choice := range n.anyOf {
		for i, name := range n.names {
			if choice&(1<<i) != 0 {
				texts = append(texts, name)
			}
		}
	}
	return strings.Join(texts, " or ")
}

func (w *walker) array(n *node) *Violation {
	var items *node
	least, most := 0, 0
	if n != nil {
		items, least, most = n.items, n.minItems, n.maxItems
	}
	if w.next() == ']' {
		w.pos++
		if least > 0 {
			return w.fail("minItems", "0, expected at least %d", least)
		}
		return nil
	}
	for count := 1; ; count++ {
		if most > 0 && count > most {
			return w.fail("maxItems", "more than %d", most)
		}
		w.path[w.depth] = step{index: count - 1}
		w.depth++
		if v := w.value(items); v != nil {
			return v
		}
		w.depth--
		switch w.next() {
		case ',':
			w.pos++
		case ']':
			w.pos++
			if count < least {
				return w.fail("minItems", "%d, expected at least %d", count, least)
			}
			return nil
		default:
			return w.syntax("',' or ']'")
		}
	}
}
