package sqlite

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// asNobody runs do with the rights of a user who owns nothing, as root may write
// everywhere. They are this thread's only.
func asNobody(t *testing.T, do func()) {
	if os.Getuid() != 0 {
		do()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	require.NoError(t, syscall.Setfsuid(65534))
	defer syscall.Setfsuid(0)
	do()
}

func TestOpenSaysThatItMayNotWrite(t *testing.T) {
	for name, test := range map[string]struct {
		file, folder os.FileMode
		gone         bool
		want         string
	}{
		"no file in a read-only folder": {gone: true, folder: 0o555, want: "must be readable and writable"},
		"a file in a read-only folder":  {file: 0o666, folder: 0o555, want: "and its folder must be writable"},
		"a read-only file":              {file: 0o444, folder: 0o777, want: "must be writable"},
		"a file of somebody else":       {file: 0o600, folder: 0o777, want: "must be readable and writable"},
	} {
		t.Run(name, func(t *testing.T) {
			path := made(t, 1)
			if os.Getuid() != 0 && test.file == 0o600 {
				test.file = 0 // an owner is shut out by no less
			}
			require.NoError(t, os.Chmod(path, test.file))
			if test.gone {
				require.NoError(t, os.Remove(path))
			}
			require.NoError(t, os.Chmod(filepath.Dir(filepath.Dir(path)), 0o755))
			require.NoError(t, os.Chmod(filepath.Dir(path), test.folder))
			t.Cleanup(func() { require.NoError(t, os.Chmod(filepath.Dir(path), 0o755)) })
			asNobody(t, func() {
				_, err := Open(t.Context(), path)
				require.ErrorContains(t, err, test.want)
				require.ErrorContains(t, err, path)
			})
		})
	}
}
