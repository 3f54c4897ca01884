package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatIsAskedForIsCheckedBeforeAnythingIsBuilt(t *testing.T) {
	for want, change := range map[string]func(*work){
		`-for: no cloud "azure", expected postgres, firestore, dynamodb, or several of them joined by +`: func(w *work) { w.clouds = "postgres,azure" },
		`-for: no cloud "", expected postgres`:                            func(w *work) { w.clouds = "" },
		`-for: amazon alone has no store, expected e.g. postgres+amazon`:  func(w *work) { w.clouds = "amazon" },
		`-for postgres,postgres: postgres is there twice`:                 func(w *work) { w.clouds = "postgres,postgres" },
		`-platforms: "linux/386", expected linux/amd64 or linux/arm64`:    func(w *work) { w.platforms = "linux/amd64,linux/386" },
		`-platforms: "", expected linux/amd64 or linux/arm64`:             func(w *work) { w.platforms = "" },
		`-most 0: expected more than 0`:                                   func(w *work) { w.most = 0 },
		`-name Shop: expected REGISTRY/REPOSITORY without a tag: `:        func(w *work) { w.name = "Shop" },
		`-push registry.example/shop: expected REGISTRY/REPOSITORY:TAG: `: func(w *work) { w.push = "registry.example/shop" },
		`find the sources: `: func(w *work) { w.from = filepath.Join(w.from, "nowhere") },
	} {
		w := work{from: t.TempDir(), clouds: "postgres", platforms: "linux/amd64", out: t.TempDir(), name: "registry.local/redthread", most: 12}
		change(&w)
		require.ErrorContains(t, w.run(t.Context(), nil, io.Discard, io.Discard), want)
	}
	require.ErrorContains(t, work{}.run(t.Context(), []string{"postgres"}, io.Discard, io.Discard), `"postgres": expected flags only (-h lists them)`)
}

func TestTheTimeOfTheSourcesIsToldOrTheCommits(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module shop\n"), 0o600))
	t.Setenv("SOURCE_DATE_EPOCH", "")
	_, err := sources(t.Context(), dir)
	require.ErrorContains(t, err, "when the sources are of is not known: expected a git checkout, or SOURCE_DATE_EPOCH in seconds since 1970")
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	_, err = sources(t.Context(), dir)
	require.ErrorContains(t, err, `SOURCE_DATE_EPOCH is "yesterday", expected seconds since 1970`)
	t.Setenv("SOURCE_DATE_EPOCH", "1")
	s, err := sources(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, source{root: dir, created: time.Unix(1, 0).UTC()}, s)
	require.NotContains(t, s.labels("postgres"), "org.opencontainers.image.revision", "what is not known is not said")

	require.NoError(t, errorsOf(git(dir, "init", "-q"), git(dir, "add", "-A"), git(dir, "-c", "user.name=M", "-c", "user.email=m@example.dk", "commit", "-qm", "1"), git(dir, "tag", "v1.2.3")))
	t.Setenv("SOURCE_DATE_EPOCH", "")
	s, err = sources(t.Context(), dir)
	require.NoError(t, err)
	require.Len(t, s.revision, 40)
	require.Equal(t, source{root: dir, created: time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC), revision: s.revision, version: "v1.2.3"}, s)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module shop // my own\n"), 0o600))
	s, err = sources(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, "v1.2.3-dirty", s.version)
	require.True(t, s.dirty)
}

// TestTheProductsOwnLicenceIsSaidWhereThereIsOne reads it from the sources.
func TestTheProductsOwnLicenceIsSaidWhereThereIsOne(t *testing.T) {
	dir := t.TempDir()
	require.NotContains(t, source{root: dir}.labels("postgres"), "org.opencontainers.image.licenses")
	goroot, err := asked(t.Context(), ".", "go", "env", "GOROOT")
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(goroot, "LICENSE"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "LICENSE"), text, 0o600))
	require.Equal(t, "BSD-3-Clause", source{root: dir}.labels("postgres")["org.opencontainers.image.licenses"])
}

func TestACarrierIsJoinedToACloud(t *testing.T) {
	c := cloud("postgres+amazon")
	require.NoError(t, c.check())
	require.Equal(t, "postgres,amazon", c.tags())
	require.Equal(t, "postgres-amazon", c.label())
}
