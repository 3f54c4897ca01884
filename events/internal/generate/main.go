// Generate writes what is derived from the Go types of package events: a JSON Schema
// and a sample for each type, asyncapi.yaml and TYPES.md. go generate runs it in the
// events folder; its test fails when what is on disk differs from what it would write.
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// run writes all files below the events folder, and removes what it no longer writes.
func run(folder string) error {
	files, err := render(folder)
	if err != nil {
		return err
	}
	for _, made := range []string{"schemas", "samples"} {
		if err := os.RemoveAll(filepath.Join(folder, made)); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// render makes every file in memory: path below the events folder to content.
func render(folder string) (map[string][]byte, error) {
	words, err := readSource(folder)
	if err != nil {
		return nil, err
	}
	samples, err := makeSamples()
	if err != nil {
		return nil, err
	}
	v := vocabulary{words: words, samples: samples, schemas: map[string]object{}}
	files := map[string][]byte{}
	if err := v.addSchemas(files); err != nil {
		return nil, err
	}
	if err := v.addSamples(files); err != nil {
		return nil, err
	}
	if files["asyncapi.yaml"], err = v.asyncAPI(); err != nil {
		return nil, err
	}
	files["TYPES.md"] = v.table()
	files["phone_plans.go"] = phonePlans()
	return files, nil
}
