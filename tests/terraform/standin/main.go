// Command standin stands in for a Terraform provider in tests, where the provider itself
// cannot be had: it has the provider's schema, as somebody published it, and nothing of
// what the provider does. It refuses what the schema refuses, and values that are not
// among those which the schema's descriptions list; it plans what is configured, keeps it
// in Terraform's state alone, and makes up all that the real provider would learn from its
// cloud. It calls nobody and makes nothing.
//
// It is started by Terraform, with the schema's file in SCHEMA (the format of "terraform
// providers schema -json", for one provider) and the provider's address in ADDRESS.
package main

import (
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"
)

func main() {
	if err := serve(os.Getenv("ADDRESS"), os.Getenv("SCHEMA")); err != nil {
		fmt.Fprintln(os.Stderr, "standin:", err)
		os.Exit(1)
	}
}

func serve(address, file string) error {
	if address == "" || file == "" {
		return fmt.Errorf("ADDRESS is %q, SCHEMA %q; expected the address of a provider and the file of its schema", address, file)
	}
	s, err := open(file)
	if err != nil {
		return err
	}
	return tf5server.Serve(address, func() tfprotov5.ProviderServer { return s })
}
