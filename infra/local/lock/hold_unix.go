//go:build unix

package lock

import (
	"errors"
	"os"
	"syscall"
)

// hold locks the file until it is closed or the process ends, however it ends.
func hold(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrHeld
	}
	return err
}
