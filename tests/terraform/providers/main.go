// Command providers makes a mirror of the Terraform providers that can be had without a
// registry, in a cache outside the tree, and prints the path of the CLI configuration
// that has Terraform take them from there:
//
//	export TF_CLI_CONFIG_FILE=$(go run ./tests/terraform/providers)
package main

import (
	"fmt"
	"os"

	"redthread.dev/tests/terraform/mirror"
)

func main() {
	m, err := mirror.Open()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if m.AWS != nil {
		fmt.Fprintln(os.Stderr, "without Amazon's provider:", m.AWS)
	}
	fmt.Println(m.Config)
}
