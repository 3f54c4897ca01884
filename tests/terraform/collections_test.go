package terraform_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions"
)

// The store modules make a table, or indexes, for each collection. This finds out from the
// source which those are: all that stands in a store.Key or store.Query.
func TestTheStoreModulesKnowAllCollections(t *testing.T) {
	var files []*ast.File
	constants := map[string]string{} // package.name → text
	for _, root := range []string{"../../functions", "../../shared"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && slices.Contains([]string{"store", "flowtest", "channeltest", "testdata"}, entry.Name()):
				return fs.SkipDir // drivers and tests: they keep whatever they are given
			case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err == nil {
				files = append(files, f)
				learn(f, constants)
			}
			return err
		}))
	}
	var used []string
	for _, f := range files {
		used = append(used, collections(t, f, constants)...)
	}
	slices.Sort(used)
	used = slices.Compact(used)
	require.Contains(t, used, "profiles")
	require.Equal(t, used, functions.Collections, "functions.Collections, by which a store is copied")
	for _, module := range []string{"store-dynamodb", "store-firestore"} {
		text, err := os.ReadFile(filepath.Join(tree, "modules", module, "variables.tf"))
		require.NoError(t, err)
		block := regexp.MustCompile(`(?s)variable "collections" \{.*?default\s*= \[(.*?)\]`).FindSubmatch(text)
		require.NotNil(t, block, module)
		var declared []string
		for _, quoted := range regexp.MustCompile(`"[^"]*"`).FindAllString(string(block[1]), -1) {
			declared = append(declared, strings.Trim(quoted, `"`))
		}
		require.Equal(t, used, declared, "collections of %s, in order", module)
	}
}

// learn keeps a file's constants that are texts.
func learn(f *ast.File, constants map[string]string) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			for i, value := range v.Values {
				if l, ok := value.(*ast.BasicLit); ok && l.Kind == token.STRING {
					constants[f.Name.Name+"."+v.Names[i].Name], _ = strconv.Unquote(l.Value)
				}
			}
		}
	}
}

// collections are what a file gives the member Collection of keys and queries.
func collections(t *testing.T, f *ast.File, constants map[string]string) []string {
	var all []string
	ast.Inspect(f, func(n ast.Node) bool {
		pair, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		if name, ok := pair.Key.(*ast.Ident); !ok || name.Name != "Collection" {
			return true
		}
		var name string
		switch v := pair.Value.(type) {
		case *ast.BasicLit:
			name, _ = strconv.Unquote(v.Value)
		case *ast.Ident: // a variable holds what is a constant elsewhere
			name = constants[f.Name.Name+"."+v.Name]
		case *ast.SelectorExpr:
			if p, ok := v.X.(*ast.Ident); ok {
				name = constants[p.Name+"."+v.Sel.Name]
			}
		default:
			t.Errorf("%s: a collection's name that is computed: %T", f.Name.Name, v)
		}
		if name != "" {
			all = append(all, name)
		}
		return true
	})
	return all
}
