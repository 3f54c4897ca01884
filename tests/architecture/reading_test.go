package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// files parses the Go files of the packages below the folders, tests left out.
func files(t *testing.T, folders ...string) map[string]*ast.File {
	t.Helper()
	parsed := map[string]*ast.File{}
	set := token.NewFileSet()
	for _, p := range packages(t) {
		if !under(p.ImportPath, folders...) {
			continue
		}
		for _, name := range p.GoFiles {
			path := filepath.Join(p.Dir, name)
			f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
			require.NoError(t, err)
			if !ast.IsGenerated(f) {
				parsed[path] = f
			}
		}
	}
	return parsed
}

func TestEveryExportedNameIsExplained(t *testing.T) {
	for path, f := range files(t, "events", "shared") {
		if f.Name.Name == "main" {
			continue
		}
		for _, d := range f.Decls {
			for _, name := range bare(d) {
				t.Errorf("%s: %s has no comment", path, name)
			}
		}
	}
}

// bare returns the exported names of a declaration that nothing explains.
func bare(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || exportedReceiver(d)) && !wellKnown[d.Name.Name] {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		var names []string
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				if s.Names[0].IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					names = append(names, s.Names[0].Name)
				}
			}
		}
		return names
	}
	return nil
}

// wellKnown are methods whose meaning an interface of the standard library gives.
var wellKnown = map[string]bool{"Error": true, "Unwrap": true, "String": true, "MarshalJSON": true, "UnmarshalJSON": true,
	"MarshalText": true, "UnmarshalText": true, "Get": true, "Set": true, "Keys": true, "Read": true, "Write": true, "Close": true}

func exportedReceiver(d *ast.FuncDecl) bool {
	receiver := d.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if generic, ok := receiver.(*ast.IndexExpr); ok {
		receiver = generic.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && name.IsExported()
}

func TestFilesStayShortEnoughToRead(t *testing.T) {
	for path, f := range files(t, "events", "shared", "functions", "infra") {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.LessOrEqual(t, strings.Count(string(text), "\n"), 300, "lines of %s (package %s)", path, f.Name.Name)
	}
}

// code counts the lines of Go of a file that are neither blank nor only a comment.
func code(text string) (n int) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			n++
		}
	}
	return n
}

// What a flow decides can be read in one go: what it rests on, such as a rhythm, a score or a
// letter, has a package of its own below it.
func TestAFlowsDecisionsCanBeReadInOneGo(t *testing.T) {
	lines := map[string]int{}
	for path := range files(t, "functions/flows") {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		lines[filepath.Dir(path)] += code(string(text))
	}
	flows := 0
	for folder, n := range lines {
		if filepath.Base(filepath.Dir(folder)) == "flows" {
			flows++
			require.LessOrEqual(t, n, 150, "lines of Go in %s", folder)
		}
	}
	require.GreaterOrEqual(t, flows, 19)
}
