// Readme writes the generated parts of README.md anew: the table of functions, from
// their manifests.
//
//	go run ./tests/readme [README.md]
package main

import (
	"fmt"
	"os"
)

func main() {
	file := "README.md"
	if len(os.Args) > 1 {
		file = os.Args[1]
	}
	text, err := os.ReadFile(file)
	if err == nil {
		var now string
		if now, err = generate(string(text)); err == nil {
			err = os.WriteFile(file, []byte(now), 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "readme:", err)
		os.Exit(1)
	}
}
