// Package terraform_test runs Terraform over infra/terraform: its own checks and tests,
// and what it would make of every function.yaml.
package terraform_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheFilesAreFormatted(t *testing.T) {
	s := set(t)
	out, err := s.in(".", "fmt", "-check", "-recursive", "-no-color")
	require.NoError(t, err, "terraform fmt -recursive infra/terraform would change:\n%s", out)
}

func TestEveryModuleAndExampleIsValid(t *testing.T) {
	thorough(t)
	s := set(t)
	for _, folder := range s.folders() {
		t.Run(folder, func(t *testing.T) {
			s := s.under(t)
			s.needs(folder)
			s.init(folder)
			s.must(folder, "validate", "-no-color")
		})
	}
}

// Terraform's own tests are in each module's tests folder, with stand-ins for providers.
func TestTheModulesOwnTestsPass(t *testing.T) {
	thorough(t)
	s := set(t)
	ran := 0
	for _, folder := range s.folders() {
		if files, _ := filepath.Glob(filepath.Join(s.top, folder, "tests", "*.tftest.hcl")); len(files) == 0 {
			continue
		}
		ran++
		t.Run(folder, func(t *testing.T) {
			s := s.under(t)
			s.needs(folder)
			s.init(folder)
			t.Log(s.must(folder, "test", "-no-color"))
		})
	}
	require.GreaterOrEqual(t, ran, 7)
}
