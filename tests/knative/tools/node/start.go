package node

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// Start starts the node's first process, which outlives us, and connects it to the
// machine's network. link puts the programs into a folder.
func (p Place) Start(link func(bin string) error) error {
	if pid, runs := p.Pid(); runs {
		return fmt.Errorf("a node runs already, as process %d; make cluster-down ends it", pid)
	}
	if err := p.Remove(); err != nil { // what a machine that lost power has left
		return err
	}
	if err := free(); err != nil {
		return err
	}
	if err := errors.Join(p.prepare(), link(p.Bin())); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	out, err := os.Create(p.Log("node"))
	if err != nil {
		return err
	}
	defer out.Close() //nolint:errcheck // the node has its own
	cmd := exec.Command(self, "first", "-dir", p.Dir)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.Dir, out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS |
		syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the node in namespaces of its own: %w; it needs to be root", err)
	}
	pid := cmd.Process.Pid
	began, err := startOf(pid)
	if err != nil {
		return fmt.Errorf("start the node: %w; see %s", err, p.Log("node"))
	}
	return errors.Join(os.WriteFile(p.in("pid"), fmt.Appendf(nil, "%d %s\n", pid, began), 0o644), connect(pid))
}

// free says no if the addresses that we want are somebody's.
func free() error {
	interfaces, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, wanted := range []string{"10.213.0.0/16", Services} {
		_, block, err := net.ParseCIDR(wanted)
		if err != nil {
			return err
		}
		for _, i := range interfaces {
			addresses, err := i.Addrs()
			if err != nil {
				return err
			}
			for _, a := range addresses {
				if at, _, err := net.ParseCIDR(a.String()); err == nil && block.Contains(at) {
					return fmt.Errorf("the machine's %s is %s, in %s, which the node needs", i.Name, at, wanted)
				}
			}
		}
	}
	return nil
}

// connect lays the cable. It and the routes over it are gone when the node's namespace is.
func connect(pid int) error {
	return errors.Join(
		ip("link", "add", cable, "type", "veth", "peer", "name", uplink, "netns", strconv.Itoa(pid)),
		ip("addr", "add", Host+"/24", "dev", cable),
		ip("link", "set", cable, "up"),
		ip("route", "add", Pods, "via", Address),
		ip("route", "add", Services, "via", Address))
}

// Stop kills the node's first process, and thereby all others, and removes its files.
func (p Place) Stop() error {
	if pid, runs := p.Pid(); runs {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			return fmt.Errorf("end the node, process %d: %w", pid, err)
		}
		for range 300 {
			if _, runs = p.Pid(); !runs {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	return p.Remove()
}

// Remove removes what a node leaves that has ended: its files, the
// pods' control groups, and the cable where the kernel has not come to it yet.
func (p Place) Remove() error {
	var err error
	for range 50 { // the kernel takes leave of the last processes in its own time
		if err = removeCgroups(); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if _, bad := net.InterfaceByName(cable); bad == nil { // the kernel takes seconds to take leave of a network
		err = errors.Join(err, ip("link", "delete", cable))
	}
	os.Remove(cniCache) //nolint:errcheck // it stays when it is somebody's
	return errors.Join(err, os.RemoveAll(p.Dir))
}
