//go:build !linux

package main

import "syscall"

// child begins a process group. Only Linux can tell it that we were killed.
func child(syscall.Signal) *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
