package words

import (
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"redthread.dev/events"
)

// phrase is a text made ready to be said quickly. A fragment appends to what is said so far;
// it returns false when the data is not what it can say. Then text/template says it, or
// what is wrong.
type phrase []fragment

type fragment func(said []byte, data map[string]any) ([]byte, bool)

func (p phrase) say(said []byte, data map[string]any) ([]byte, bool) {
	for _, f := range p {
		var ok bool
		if said, ok = f(said, data); !ok {
			return said, false
		}
	}
	return said, true
}

// phraseOf makes a phrase of a text; nil when it holds more than texts, fields of the
// data, {{if .Field}} and the functions of spoken.
func phraseOf(t *template.Template, locale string) phrase {
	p, ok := listOf(t.Root, locale)
	if !ok {
		return nil
	}
	return p
}

func listOf(list *parse.ListNode, locale string) (p phrase, ok bool) {
	if list == nil {
		return nil, true
	}
	for _, n := range list.Nodes {
		one, ok := partOf(n, locale)
		if !ok {
			return nil, false
		}
		p = append(p, one)
	}
	return p, true
}

func partOf(n parse.Node, locale string) (fragment, bool) {
	switch n := n.(type) {
	case *parse.TextNode:
		text := string(n.Text)
		return func(said []byte, _ map[string]any) ([]byte, bool) { return append(said, text...), true }, true
	case *parse.ActionNode:
		args, ok := argsOf(n.Pipe)
		switch {
		case !ok:
		case len(args) == 1:
			return fieldOf(args[0])
		case args[0].Type() == parse.NodeIdentifier:
			return callOf(args[0].(*parse.IdentifierNode).Ident, args[1:], locale)
		}
	case *parse.IfNode:
		return choiceOf(n, locale)
	}
	return nil, false
}

// argsOf returns the words of a placeholder without variables or pipes.
func argsOf(pipe *parse.PipeNode) ([]parse.Node, bool) {
	if len(pipe.Decl) > 0 || len(pipe.Cmds) != 1 {
		return nil, false
	}
	return pipe.Cmds[0].Args, true
}

// nameOf returns the name in {{.Name}}.
func nameOf(n parse.Node) (string, bool) {
	f, ok := n.(*parse.FieldNode)
	if !ok || len(f.Ident) != 1 {
		return "", false
	}
	return f.Ident[0], true
}

func fieldOf(n parse.Node) (fragment, bool) {
	name, ok := nameOf(n)
	return func(said []byte, data map[string]any) ([]byte, bool) {
		switch v := data[name].(type) {
		case string:
			return append(said, v...), true
		case int:
			return strconv.AppendInt(said, int64(v), 10), true
		}
		return said, false
	}, ok
}

func choiceOf(n *parse.IfNode, locale string) (fragment, bool) {
	args, ok := argsOf(n.Pipe)
	if !ok || len(args) != 1 {
		return nil, false
	}
	name, named := nameOf(args[0])
	then, okThen := listOf(n.List, locale)
	otherwise, okElse := listOf(n.ElseList, locale)
	return func(said []byte, data map[string]any) ([]byte, bool) {
		switch v := data[name].(type) {
		case string:
			if v != "" {
				return then.say(said, data)
			}
		case int:
			if v != 0 {
				return then.say(said, data)
			}
		default:
			return said, false
		}
		return otherwise.say(said, data)
	}, named && okThen && okElse
}

// callOf is a call of one of the functions a text may use, see spoken.
func callOf(function string, args []parse.Node, locale string) (fragment, bool) {
	name, ok := nameOf(args[0])
	switch {
	case !ok:
	case function == "plural" && len(args) == 3:
		one, okOne := wordOf(args[1], name)
		many, okMany := wordOf(args[2], name)
		return func(said []byte, data map[string]any) ([]byte, bool) {
			n, ok := data[name].(int)
			return append(said, Plural(n, one(n), many(n))...), ok
		}, okOne && okMany
	case len(args) > 1:
	case function == "money":
		return filled(name, locale, Money)
	case function == "date":
		return filled(name, locale, Date)
	case function == "day":
		return filled(name, locale, Day)
	case function == "clock":
		return filled(name, locale, Clock)
	}
	return nil, false
}

func filled[T events.Money | time.Time](name, locale string, write func(T, string) string) (fragment, bool) {
	return func(said []byte, data map[string]any) ([]byte, bool) {
		v, ok := data[name].(T)
		if !ok {
			return said, false
		}
		return append(said, write(v, locale)...), true
	}, true
}

// wordOf is a word of {{plural .Name "word" "words"}}: a text, or
// (printf "%d words" .Name) with the same name.
func wordOf(n parse.Node, name string) (func(int) string, bool) {
	switch n := n.(type) {
	case *parse.StringNode:
		return func(int) string { return n.Text }, true
	case *parse.PipeNode:
		args, ok := argsOf(n)
		if !ok || len(args) != 3 || args[0].String() != "printf" || args[1].Type() != parse.NodeString {
			return nil, false
		}
		before, after, ok := strings.Cut(args[1].(*parse.StringNode).Text, "%d")
		if counted, named := nameOf(args[2]); !ok || !named || counted != name || strings.Contains(before+after, "%") {
			return nil, false
		}
		return func(count int) string { return before + strconv.Itoa(count) + after }, true
	}
	return nil, false
}
