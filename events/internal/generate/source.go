package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// source is what the Go source says that reflection cannot tell.
type source struct {
	types  map[string]string            // doc comment by type
	fields map[string]map[string]string // doc comment by struct and field
	values map[string][]string          // string constants by their type, in order
}

func readSource(folder string) (*source, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no package events in %s: run it there", folder)
	}
	s := &source{types: map[string]string{}, fields: map[string]map[string]string{}, values: map[string][]string{}}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		if file.Name.Name != "events" {
			return nil, fmt.Errorf("no package events in %s, but %s: run it there", folder, file.Name.Name)
		}
		for _, declaration := range file.Decls {
			if general, ok := declaration.(*ast.GenDecl); ok {
				s.read(general)
			}
		}
	}
	return s, nil
}

func (s *source) read(declaration *ast.GenDecl) {
	for _, spec := range declaration.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.types[spec.Name.Name] = oneLine(declaration.Doc.Text())
			if fields, ok := spec.Type.(*ast.StructType); ok {
				s.fields[spec.Name.Name] = docs(fields)
			}
		case *ast.ValueSpec:
			s.constant(declaration.Tok, spec)
		}
	}
}

func docs(fields *ast.StructType) map[string]string {
	comments := map[string]string{}
	for _, field := range fields.Fields.List {
		for _, name := range field.Names {
			comments[name.Name] = oneLine(field.Doc.Text())
		}
	}
	return comments
}

func (s *source) constant(kind token.Token, spec *ast.ValueSpec) {
	named, ok := spec.Type.(*ast.Ident)
	if kind != token.CONST || !ok || len(spec.Values) != 1 {
		return
	}
	if literal, ok := spec.Values[0].(*ast.BasicLit); ok && literal.Kind == token.STRING {
		if value, err := strconv.Unquote(literal.Value); err == nil {
			s.values[named.Name] = append(s.values[named.Name], value)
		}
	}
}

func oneLine(comment string) string { return strings.Join(strings.Fields(comment), " ") }
