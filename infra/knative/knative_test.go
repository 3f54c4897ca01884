package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/emulators/stores"
)

// built is the program with the drivers of some tags.
func built(t testing.TB, tags string) string {
	t.Helper()
	for _, dir := range []string{"events", "functions", "shared", "infra/knative"} {
		consulted(t, filepath.Join("../..", dir))
	}
	path := filepath.Join(t.TempDir(), "knative")
	compiled(t, path, "-tags", tags, ".")
	return path
}

// compiled builds a program as it is in an image, which has no C library.
func compiled(t testing.TB, path string, of ...string) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"build", "-trimpath", "-ldflags", "-s -w", "-o", path}, of...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go build: %s", out)
}

// consulted looks at the files that the program is made of, so that go test runs this
// test again, and not from its cache, when one of them has changed.
func consulted(t testing.TB, dir string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err == nil && !strings.HasSuffix(path, "_test.go") {
			_, err = os.Stat(path)
		}
		return err
	}))
}

// command is the program in an environment.
func command(path string, env ...string) *exec.Cmd {
	cmd := exec.Command(path)
	cmd.Env = append(os.Environ(), append([]string{"PORT=0", "K_SINK=", "STORE=", "FUNCTION=", "IDENTITY_KEY=a key for the tests only"}, env...)...)
	return cmd
}

// refused runs the program, which must not start, and returns its last words.
func refused(t *testing.T, path string, env ...string) string {
	t.Helper()
	out, err := command(path, env...).CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 1, exit.ExitCode())
	var said struct{ Level, Error string }
	require.NoError(t, json.Unmarshal(out, &said), "%s", out)
	require.Equal(t, "ERROR", said.Level)
	return said.Error
}

func TestATagLinksItsDriverAndNoOther(t *testing.T) {
	const postgres, firestore, dynamodb, sqlite = "postgres://", "firestore://", "dynamodb://", "sqlite:FILE"
	for tags, linked := range map[string][]string{
		"": {sqlite}, "postgres": {postgres}, "firestore": {firestore}, "dynamodb": {dynamodb},
		"postgres,dynamodb": {dynamodb, postgres}, "allstores": {sqlite, postgres, firestore, dynamodb},
	} {
		t.Run("tags="+tags, func(t *testing.T) {
			said := refused(t, built(t, tags), "FUNCTION=collect", "STORE=redis://shop:hush@cache/0")
			require.NotContains(t, said, "hush")
			asked, drivers, found := strings.Cut(said, "linked here: ")
			require.True(t, found, said)
			require.Equal(t, `open store "redis://shop:xxxxx@cache/0": no driver "redis"; `, asked)
			drivers, how, _ := strings.Cut(drivers, "; ")
			require.Equal(t, "drivers are linked by tags: go build -tags postgres, firestore, dynamodb or allstores", how)
			for _, form := range []string{postgres, firestore, dynamodb, sqlite} {
				if slices.Contains(linked, form) {
					require.Contains(t, drivers, form)
				} else {
					require.NotContains(t, drivers, form)
				}
			}
		})
	}
}

// TestAmazonsClientsAreLinkedByATag asks go list, as a program without SQLite is not up
// without its cloud. A function that only hears Amazon's notifications needs none.
func TestAmazonsClientsAreLinkedByATag(t *testing.T) {
	for tags, linked := range map[string]bool{
		"": false, "postgres": false, "firestore": false, "postgres,firestore": false,
		"amazon": true, "postgres,amazon": true, "firestore,amazon": true, "dynamodb": true, "allstores": true,
	} {
		out, err := exec.Command("go", "list", "-deps", "-tags", tags, ".").Output()
		require.NoError(t, err)
		for _, client := range []string{"sesv2", "sns"} {
			require.Equal(t, linked, strings.Contains(string(out), "github.com/aws/aws-sdk-go-v2/service/"+client+"\n"), "%s with tags=%s", client, tags)
		}
		require.True(t, linked || !strings.Contains(string(out), "github.com/aws/"), "tags=%s", tags)
	}
}

func TestACarrierThatIsNotLinkedIsSaidWithTheTagToBuildWith(t *testing.T) {
	place, key, public := "STORE="+stores.SQLite(t), "LINK_KEY=a key for the tests only of 32 characters", "PUBLIC_URL=https://shop.example"
	without, with := built(t, ""), built(t, "amazon")
	for _, c := range []struct{ function, setting, address, scheme, forms string }{
		{"email", "SES_URL", "ses://eu-north-1/mails", "ses", "ses://REGION/CONFIGURATION-SET"},
		{"sms", "SNS_URL", "sns://eu-north-1", "sns", "sns://REGION"},
	} {
		said := func(address, scheme, forms string) string {
			return fmt.Sprintf("start %s: settings of %[1]s: %s is %q, expected the URL of a carrier that is linked: no driver %q; linked here: %s; "+
				"drivers are linked by tags: go build -tags amazon, dynamodb or allstores", c.function, c.setting, address, scheme, forms)
		}
		require.Equal(t, said(c.address, c.scheme, "none"), refused(t, without, place, key, public, "FUNCTION="+c.function, c.setting+"="+c.address))
		require.Equal(t, said("pigeon://k:xxxxx@loft", "pigeon", c.forms), refused(t, with, place, key, public, "FUNCTION="+c.function, c.setting+"=pigeon://k:hush@loft"))
		up(t, with, place, key, public, "FUNCTION="+c.function, c.setting+"="+c.address)
		up(t, without, place, key, public, "FUNCTION="+c.function, "OUTBOX="+t.TempDir(), "SNS_TOPICS=arn:aws:sns:eu-north-1:123456789012:bounces")
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	path := built(t, "")
	place := "STORE=" + stores.SQLite(t)
	for want, env := range map[string][]string{
		`FUNCTION is "", expected one of collect, consent, timers, `:                       {place},
		`FUNCTION is "colect", expected one of collect, consent`:                           {place, "FUNCTION=colect"},
		`STORE is empty, expected the URL of a store, e.g. postgres://USER@HOST/DATABASE`:  {"FUNCTION=collect"},
		`settings of knative: PORT is "http", expected a whole number`:                     {place, "FUNCTION=collect", "PORT=http"},
		`start collect: settings of collect: IDENTITY_KEY`:                                 {place, "FUNCTION=collect", "IDENTITY_KEY=x"},
		`no driver "postgres"; linked here: sqlite:FILE; drivers are linked by tags: go b`: {"STORE=postgres://h/d", "FUNCTION=collect"},
	} {
		require.Contains(t, refused(t, path, env...), want)
	}
}

// TestOneFunctionKnowsACustomerAgainOnEveryStore serves collect from each store, and
// from a second process once the first has gone.
func TestOneFunctionKnowsACustomerAgainOnEveryStore(t *testing.T) {
	path := built(t, "allstores")
	sample, err := os.ReadFile("../../events/samples/social.mentioned.v1.json")
	require.NoError(t, err)
	stores.Kept(t, func(t *testing.T, url string) {
		var first string
		for range 2 {
			cmd, address := up(t, path, "FUNCTION=collect", "STORE="+url)
			res, err := http.Post(address, "application/cloudevents+json", bytes.NewReader(sample))
			require.NoError(t, err)
			res.Body.Close()
			require.Equal(t, http.StatusOK, res.StatusCode)
			id := res.Header.Get("Ce-Profileid")
			require.Len(t, id, 36, "of the profile")
			require.True(t, first == "" || first == id, "it is the same customer: %s, %s", first, id)
			first = id
			require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
			require.NoError(t, cmd.Wait(), "it ends well when it is told to")
		}
	})
}

// up starts the program and returns where it serves.
func up(t *testing.T, path string, env ...string) (*exec.Cmd, string) {
	t.Helper()
	cmd := command(path, env...)
	out, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() }) //nolint:errcheck // it may have ended
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var said struct{ Msg, Addr string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &said), lines.Text())
		if said.Msg == "serving" {
			return cmd, "http://localhost" + said.Addr[strings.LastIndex(said.Addr, ":"):]
		}
		require.NotContains(t, lines.Text(), "ERROR")
	}
	t.Fatal("it did not come up")
	return nil, ""
}
