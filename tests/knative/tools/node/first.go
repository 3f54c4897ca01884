package node

import (
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// First is the first process in the namespaces: it makes them a node's, starts the
// programs, starts again whichever ends, and does not return unless it fails.
func (p Place) First() error {
	if os.Getpid() != 1 {
		return errors.New("this is for the first process of a node only; make cluster starts it")
	}
	if err := errors.Join(p.mounts(), awaitUplink(), network()); err != nil {
		return err
	}
	running := map[int]program{}
	for _, of := range p.programs() {
		if err := p.start(of, running); err != nil {
			return err
		}
	}
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil) // orphans of containerd come to us, too
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return fmt.Errorf("wait for the node's programs: %w", err)
		}
		if of, ours := running[pid]; ours {
			delete(running, pid)
			log.Printf("%s ended (exit code %d, signal %v): it is started again; see %s", of.name, status.ExitStatus(), status.Signal(), p.Log(of.name))
			time.Sleep(time.Second)
			if err := p.start(of, running); err != nil {
				return err
			}
		}
	}
}

func (p Place) start(of program, running map[int]program) error {
	out, err := os.OpenFile(p.Log(of.name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close() //nolint:errcheck // the program has its own
	cmd := exec.Command(of.args[0], of.args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.Dir, out, out
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin", "HOME=" + p.Dir}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", of.name, err)
	}
	running[cmd.Process.Pid] = of
	return cmd.Process.Release() // First takes leave of it
}

// kernel are settings that kubelet would set for the whole machine. It finds them as it
// wants them, in files of ours that are mounted over them, and leaves the machine alone.
var kernel = map[string]string{
	"vm/overcommit_memory": "1", "vm/panic_on_oom": "0", "kernel/panic": "10", "kernel/panic_on_oops": "1",
	"kernel/keys/root_maxkeys": "1000000", "kernel/keys/root_maxbytes": "25000000",
}

// cniCache is where containerd remembers pods' networks, whatever it is told.
const cniCache = "/var/lib/cni"

// mounts makes what the node mounts its own, and gives it folders of its own where
// programs have a fixed idea of where to write.
func (p Place) mounts() error {
	err := errors.Join(
		mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE), mount("", "/", "", syscall.MS_REC|syscall.MS_SHARED),
		mount("proc", "/proc", "proc", syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC),
		mount("run", "/run", "tmpfs", 0), mount("log", "/var/log", "tmpfs", 0),
		os.MkdirAll(cniCache, 0o755), mount("cni", cniCache, "tmpfs", 0),
		syscall.Sethostname([]byte(nodeName)),
		os.MkdirAll(filepath.Dir(socket), 0o755),
		os.MkdirAll(data, 0o700), mount(p.in("postgres"), data, "", syscall.MS_BIND))
	for setting, value := range kernel {
		if _, bad := os.Stat("/proc/sys/" + setting); bad != nil {
			continue
		}
		file := "/run/redthread/" + strings.ReplaceAll(setting, "/", ".")
		err = errors.Join(err, os.WriteFile(file, []byte(value+"\n"), 0o644), mount(file, "/proc/sys/"+setting, "", syscall.MS_BIND))
	}
	return err
}

func mount(what, where, kind string, flags uintptr) error {
	if err := syscall.Mount(what, where, kind, flags, ""); err != nil {
		return fmt.Errorf("mount %s at %s: %w", what, where, err)
	}
	return nil
}

// awaitUplink waits until the machine has given us our end of the cable.
func awaitUplink() error {
	for range 300 {
		if _, err := net.InterfaceByName(uplink); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("no network interface %s within 15 s", uplink)
}

// network connects the node to the machine, and pods to the node.
func network() error {
	return errors.Join(
		ip("link", "set", "lo", "up"),
		ip("addr", "add", Address+"/24", "dev", uplink),
		ip("link", "set", uplink, "up"),
		ip("route", "add", "default", "via", Host),
		os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644))
}

func ip(args ...string) error {
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}
