package lock

import (
	"os"
	"syscall"
	"unsafe"
)

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

// hold locks a byte far behind what is written, so that others can read it, until
// the file is closed or the process ends.
func hold(f *os.File) error {
	const exclusiveAndFailAtOnce, violation = 3, syscall.Errno(33)
	place := syscall.Overlapped{Offset: 1 << 30}
	ok, _, err := lockFileEx.Call(f.Fd(), exclusiveAndFailAtOnce, 0, 1, 0, uintptr(unsafe.Pointer(&place)))
	switch {
	case ok != 0:
		return nil
	case err == violation:
		return ErrHeld
	}
	return err
}
