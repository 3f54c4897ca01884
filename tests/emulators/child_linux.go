package main

import "syscall"

// child begins a process group, which the kernel sends a signal when we are gone,
// however that came about.
func child(orphaned syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: orphaned}
}
