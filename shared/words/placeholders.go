package words

import (
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
)

// placeholders lists what a text takes from its data, as it is written: ".First", ".Store.Name".
// A translation that forgets one, or misspells it, is found by comparing these.
func placeholders(t *template.Template) []string {
	var names []string
	if t.Tree != nil {
		collect(t.Tree.Root, &names)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func collect(n parse.Node, names *[]string) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil { // an {{if}} without {{else}} has a typed nil here
			return
		}
		for _, child := range n.Nodes {
			collect(child, names)
		}
	case *parse.ActionNode:
		collect(n.Pipe, names)
	case *parse.IfNode:
		collectBranch(n.BranchNode, names)
	case *parse.RangeNode:
		collectBranch(n.BranchNode, names)
	case *parse.WithNode:
		collectBranch(n.BranchNode, names)
	case *parse.PipeNode:
		for _, command := range n.Cmds {
			for _, arg := range command.Args {
				collect(arg, names)
			}
		}
	case *parse.ChainNode:
		collect(n.Node, names)
	case *parse.FieldNode:
		*names = append(*names, "."+strings.Join(n.Ident, "."))
	}
}

func collectBranch(n parse.BranchNode, names *[]string) {
	collect(n.Pipe, names)
	collect(n.List, names)
	collect(n.ElseList, names)
}
