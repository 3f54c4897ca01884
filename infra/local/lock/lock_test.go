package lock_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/infra/local/lock"
)

func TestAFolderIsHeldByOneAtATime(t *testing.T) {
	dir := t.TempDir() + "/new/data"
	first, err := lock.Take(dir)
	require.NoError(t, err)
	_, err = lock.Take(dir)
	require.ErrorIs(t, err, lock.ErrHeld)
	require.EqualError(t, err, "data folder "+dir+": another redthread is at work there; stop it, or choose another folder with -data")

	require.NoError(t, first.Serving("127.0.0.1:8080"))
	_, err = lock.Take(dir)
	require.ErrorContains(t, err, "serving http://127.0.0.1:8080; stop it")
	require.Equal(t, "127.0.0.1:8080", lock.Holder(dir))

	require.NoError(t, first.Close())
	require.Empty(t, lock.Holder(dir))
	again, err := lock.Take(dir)
	require.NoError(t, err)
	require.NoError(t, again.Close())
}

func TestAKilledHolderHoldsNothing(t *testing.T) {
	if dir := os.Getenv("REDTHREAD_TEST_LOCK"); dir != "" {
		_, err := lock.Take(dir)
		require.NoError(t, err)
		os.Stdout.WriteString("held\n") //nolint:errcheck
		select {}
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run", "TestAKilledHolder")
	cmd.Env = append(os.Environ(), "REDTHREAD_TEST_LOCK="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = out.Read(make([]byte, 5))
	require.NoError(t, err)
	_, err = lock.Take(dir)
	require.ErrorIs(t, err, lock.ErrHeld)
	require.NoError(t, cmd.Process.Kill())
	cmd.Wait() //nolint:errcheck // it was killed
	l, err := lock.Take(dir)
	require.NoError(t, err)
	require.NoError(t, l.Close())
}

func TestAFolderThatCannotBeMadeIsNamed(t *testing.T) {
	_, err := lock.Take("/dev/null/data")
	require.ErrorContains(t, err, "data folder /dev/null/data: ")
	require.Empty(t, lock.Holder("/dev/null/data"))
}
