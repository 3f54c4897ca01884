package terraform_test

import (
	"os"
	"testing"
)

// thorough skips what takes minutes unless it was asked for.
func thorough(t *testing.T) {
	t.Helper()
	if os.Getenv("TERRAFORM_TESTS") != "all" {
		t.Skip("make test-terraform runs it")
	}
}
