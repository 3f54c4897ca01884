package terraform_test

import (
	"os"
	"testing"
)

// thorough skips what takes a minute or more of a processor unless it was asked for.
func thorough(t *testing.T) {
	t.Helper()
	if !asked() {
		t.Skip("make test-terraform runs it")
	}
}

func asked() bool { return os.Getenv("TERRAFORM_TESTS") == "all" }
