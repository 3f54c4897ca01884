package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asProgram makes the test binary the program itself, so that it can be killed.
const asProgram = "REDTHREAD_TEST_EMULATORS"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// program is this program with a folder for temporary files and without the emulators
// that the tests themselves may be run with.
func program(t *testing.T, args ...string) (cmd *exec.Cmd, temporary string) {
	t.Helper()
	temporary, err := os.MkdirTemp("", "emulators-test-") // t.TempDir's parents are closed to the user postgres
	require.NoError(t, err)
	require.NoError(t, os.Chmod(temporary, 0o755))
	t.Cleanup(func() { os.RemoveAll(temporary) })
	cmd = exec.Command(os.Args[0], args...)
	for _, v := range os.Environ() {
		if !regexp.MustCompile(`^(PG|AWS_|FIRESTORE_|REDTHREAD_)`).MatchString(v) {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, asProgram+"=1", "TMPDIR="+temporary)
	return cmd, temporary
}

// installed skips the test where an emulator is not.
func installed(t *testing.T, names ...string) {
	t.Helper()
	for _, e := range emulators {
		for _, name := range names {
			if e.name != name {
				continue
			}
			l := &launch{claim: all{}, dir: filepath.Join(t.TempDir(), "none")}
			var missing notInstalled
			err := e.prepare(canceled(), l, false)
			require.NoError(t, l.claim.Close())
			if errors.As(err, &missing) {
				t.Skip(missing.Error())
			}
		}
	}
}

func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// up starts the program without a command, and returns it with what it prints.
func up(t *testing.T, args ...string) (cmd *exec.Cmd, temporary string, printed map[string]string) {
	t.Helper()
	cmd, temporary = program(t, args...)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() }) //nolint:errcheck // it may have ended
	printed = map[string]string{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := lines.Text()
		if name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "="); ok {
			printed[strings.TrimPrefix(name, "# make run ")+suffix(printed, name)] = strings.Trim(value, "'")
		}
		if strings.HasPrefix(line, "# All of it is gone") {
			break
		}
	}
	return cmd, temporary, printed
}

// suffix tells the STORE lines apart.
func suffix(printed map[string]string, name string) string {
	if !strings.HasSuffix(name, "STORE") {
		return ""
	}
	for _, s := range []string{"", "2", "3"} {
		if _, taken := printed["STORE"+s]; !taken {
			return s
		}
	}
	return "?"
}

func TestItStartsEverythingAndLeavesNothing(t *testing.T) {
	installed(t, "postgres", "firestore", "dynamodb")
	cmd, temporary, printed := up(t, "-fsync=false")
	require.Regexp(t, `^127\.0\.0\.1:\d+$`, printed["FIRESTORE_EMULATOR_HOST"])
	require.Regexp(t, `^http://127\.0\.0\.1:\d+$`, printed["AWS_ENDPOINT_URL_DYNAMODB"])
	require.Equal(t, printed["AWS_ENDPOINT_URL"], printed["AWS_ENDPOINT_URL_DYNAMODB"])
	for _, name := range []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PGUSER", "PGDATABASE"} {
		require.NotEmpty(t, printed[name], name)
	}
	addrs := []string{printed["FIRESTORE_EMULATOR_HOST"], strings.TrimPrefix(printed["AWS_ENDPOINT_URL"], "http://"),
		net.JoinHostPort(printed["PGHOST"], printed["PGPORT"])}
	require.Equal(t, []string{"firestore://redthread", "dynamodb://eu-west-1/redthread", "postgres://redthread@" + addrs[2] + "/redthread?sslmode=disable"},
		[]string{printed["STORE"], printed["STORE2"], printed["STORE3"]})
	for _, addr := range addrs {
		require.True(t, listens(addr), addr)
	}
	res, err := http.Get("http://" + addrs[0])
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)

	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.NoError(t, cmd.Wait(), "it ends well when it is told to")
	for _, addr := range addrs {
		require.False(t, listens(addr), addr)
	}
	requireEmpty(t, temporary)
}

func TestNothingOutlivesItWhenItIsKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells children of their parent's death")
	}
	installed(t, "postgres", "firestore", "dynamodb")
	cmd, _, printed := up(t, "-fsync=false")
	require.NoError(t, cmd.Process.Kill())
	for _, addr := range []string{printed["FIRESTORE_EMULATOR_HOST"], strings.TrimPrefix(printed["AWS_ENDPOINT_URL"], "http://"),
		net.JoinHostPort(printed["PGHOST"], printed["PGPORT"])} {
		require.Eventually(t, func() bool { return !listens(addr) }, 10*time.Second, 20*time.Millisecond, addr)
	}
}

func TestItEndsWithItsCommandWhoseStatusItHas(t *testing.T) {
	installed(t, "dynamodb")
	cmd, temporary := program(t, "-store", "dynamodb", "--", "sh", "-c", `echo "{} $AWS_ENDPOINT_URL $REDTHREAD_DYNAMODB"; exit 3`)
	out, err := cmd.Output()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 3, exit.ExitCode())
	words := strings.Fields(string(out))
	require.Equal(t, "dynamodb://eu-west-1/redthread", words[0])
	require.Equal(t, words[1], words[2])
	require.False(t, listens(strings.TrimPrefix(words[1], "http://")))
	requireEmpty(t, temporary)
}

func TestAStoreThatTheEnvironmentTellsOfIsNotStarted(t *testing.T) {
	for variable, store := range map[string][2]string{
		"FIRESTORE_EMULATOR_HOST=127.0.0.1:9":          {"firestore", "firestore://redthread"},
		"AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:9": {"dynamodb", "dynamodb://eu-west-1/redthread"},
		"PGHOST=127.0.0.1":                             {"postgres", "postgres://"},
	} {
		cmd, _ := program(t, "-store", store[0], "--", "echo", "{}")
		cmd.Env = append(cmd.Env, variable)
		out, err := cmd.Output()
		require.NoError(t, err)
		require.Equal(t, store[1]+"\n", string(out))
	}
}

func TestACommandIsToldToEndOnceAndWaitedFor(t *testing.T) {
	cmd, _ := program(t, "-store", "postgres", "--", "sh", "-c", `trap 'echo told; sleep 0.3; echo done; exit 0' INT; echo up; while :; do sleep 0.05; done`)
	cmd.Env = append(cmd.Env, "PGHOST=127.0.0.1")
	pipe, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var said []string
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		if said = append(said, lines.Text()); lines.Text() == "up" {
			require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		}
	}
	require.Equal(t, []string{"up", "told", "done"}, said)
	var exit *exec.ExitError
	require.ErrorAs(t, cmd.Wait(), &exit)
	require.Equal(t, stopped, exit.ExitCode())
}

func TestOfTwoThatStartAtOnceEachHasItsOwnPort(t *testing.T) {
	seen := map[int]bool{}
	wanted := 0
	for range 5 {
		port, held, err := claim(wanted)
		require.NoError(t, err)
		defer held.Close()
		require.False(t, seen[port], "nobody listens yet, but it is taken")
		seen[port], wanted = true, port
	}
}

func TestWhatWentWrongIsToldWithTheLastLinesOfTheLog(t *testing.T) {
	runtime.LockOSThread() // its end would end the children
	defer runtime.UnlockOSThread()
	never := errors.New("connection refused")
	for script, want := range map[string]string{
		"echo no room; exit 3":  "Shop ended by itself, exit status 3; it said last:\n  no room",
		"exit 1":                "Shop ended by itself, exit status 1; it said nothing",
		"echo hm; exec sleep 9": "does not answer within 1s: connection refused; it said last:\n  hm",
	} {
		shop := emulator{"shop", "Shop", 0, func(_ context.Context, l *launch, _ bool) error {
			l.cmd, l.stop = exec.Command("sh", "-c", script), syscall.SIGTERM
			l.answers = func(context.Context) error { return never }
			return nil
		}}
		p, err := begin(t.Context(), shop, true)
		require.NoError(t, err)
		require.ErrorContains(t, await(t.Context(), []*process{p}, time.Second), want)
		require.NoError(t, p.end())
		require.NoDirExists(t, p.dir)
	}
}

func TestWhatIsNotInstalledIsSaidWithHowToGetIt(t *testing.T) {
	cmd, _ := program(t, "-only", "dynamodb", "--", "true")
	cmd.Env = append(cmd.Env, "PATH="+t.TempDir())
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "moto_server is not installed; pip install 'moto[server]' has it")

	cmd, _ = program(t, "--", "/bin/sh", "-c", "echo goes on")
	cmd.Env = append(cmd.Env, "PATH="+t.TempDir())
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err = cmd.Output()
	require.NoError(t, err, "what needs none of them can run")
	require.Equal(t, "goes on\n", string(out))
	require.Contains(t, errs.String(), "not started: start Google's Firestore emulator: Google's Firestore emulator is not installed; gcloud components install")
}

func TestAWrongCallSaysWhatThereIs(t *testing.T) {
	for want, args := range map[string][]string{
		`there is no emulator "mysql"; there are: postgres, firestore, dynamodb`: {"-only", "mysql"},
		"-only and -store exclude each other":                                    {"-only", "postgres", "-store", "postgres"},
		"-store: expected a command with {}":                                     {"-store", "postgres"},
	} {
		cmd, _ := program(t, args...)
		out, err := cmd.CombinedOutput()
		require.Error(t, err)
		require.Contains(t, string(out), want)
	}
}

func listens(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err == nil {
		conn.Close()
	}
	return err == nil
}

func requireEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	names := []string{}
	for _, e := range left {
		if !strings.HasPrefix(e.Name(), "hsperfdata_") { // Java's own
			names = append(names, e.Name())
		}
	}
	require.Empty(t, names)
}
