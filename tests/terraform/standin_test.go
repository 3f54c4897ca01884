package terraform_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/terraform/mirror"
	"redthread.dev/tests/terraform/published"
)

// The stand-in is built once for all tests; a package is asked for once, also in vain, and
// a version's schema is read once.
var (
	built   = sync.OnceValues(func() (string, error) { return mirror.Build("standin") })
	fetched = map[published.Release]func() error{
		published.Oldest:     sync.OnceValue(func() error { return published.Oldest.Fetch(context.Background()) }),
		published.Newest:     sync.OnceValue(func() error { return published.Newest.Fetch(context.Background()) }),
		published.Translated: sync.OnceValue(func() error { return published.Translated.Fetch(context.Background()) }),
	}
	known = map[published.Release]func() ([]byte, error){
		published.Oldest: sync.OnceValues(func() ([]byte, error) { return schema(published.Oldest) }),
		published.Newest: sync.OnceValues(func() ([]byte, error) { return schema(published.Newest) }),
	}
	googles = regexp.MustCompile(`(?m)^(resource|data) "(google_\w+)"`)
)

// schema is that of all of Google's that stands in the tree.
func schema(r published.Release) ([]byte, error) {
	used := map[string][]string{}
	files, err := filepath.Glob(filepath.Join(tree, "*", "*", "*.tf"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, found := range googles.FindAllStringSubmatch(string(text), -1) {
			used[found[1]] = append(used[found[1]], found[2])
		}
	}
	all, err := r.Schema(used["resource"], used["data"])
	if err != nil {
		return nil, err
	}
	return json.Marshal(all)
}

// needs skips a test where a provider that the folder names is not to be had.
func (s *stage) needs(folder string) {
	s.Helper()
	text, err := os.ReadFile(filepath.Join(s.top, folder, "versions.tf"))
	require.NoError(s, err)
	if contains(text, "hashicorp/aws") {
		s.needsAWS()
	}
	if contains(text, "hashicorp/google") {
		s.needsGoogle(published.Newest)
	}
}

// needsGoogle has Terraform take a stand-in for Google's provider, which knows the schema
// of one version of it and nothing else, as the provider itself cannot be had here.
func (s *stage) needsGoogle(r published.Release) {
	s.Helper()
	s.has(r)
	text, err := known[r]()
	require.NoError(s, err)
	program, err := built()
	require.NoError(s, err)
	m, err := providers()
	require.NoError(s, err)
	env, err := m.In(s.TempDir(), mirror.StandIn{Name: "hashicorp/google", Version: r.Provider, Schema: text, Program: program})
	require.NoError(s, err)
	s.env = append(slices.Clone(s.env), env...)
}

// has skips a test where a package of npm's is not to be had.
func (s *stage) has(r published.Release) {
	s.Helper()
	err := fetched[r]()
	if errors.Is(err, published.ErrNoPackage) {
		s.Skipf("there is no provider of Google's here, and what it takes cannot be had either: %v", err)
	}
	require.NoError(s, err)
}

// ends runs a test with each end of what there is of Google's provider.
func ends(t *testing.T, test func(s *stage, r published.Release)) {
	for _, r := range []published.Release{published.Oldest, published.Newest} {
		t.Run(fmt.Sprintf("google %s", r.Provider), func(t *testing.T) {
			s := set(t)
			s.needsGoogle(r)
			test(s, r)
		})
	}
}
