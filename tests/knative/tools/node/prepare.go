package node

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

const nodeName = "redthread"

// pods is the user and group of functions in pods.
const pods = 65532

//go:embed configs
var configs embed.FS

// prepare writes all that the node's programs read.
func (p Place) prepare() error {
	for _, dir := range []string{"pki", "logs/pods", "registries/" + Registry, "etcd", "containerd", "kubelet/plugins", "cni", "postgres", "outbox"} {
		if err := os.MkdirAll(p.in(dir), 0o755); err != nil {
			return err
		}
	}
	if err := p.certificates(); err != nil {
		return fmt.Errorf("write the node's certificates: %w", err)
	}
	if err := p.outbox(); err != nil {
		return err
	}
	if err := os.WriteFile(p.in("resolv.conf"), nil, 0o644); err != nil { // pods ask CoreDNS, which asks nobody
		return err
	}
	about := map[string]string{"Registry": Registry, "Address": Address, "OTLP": OTLP, "Dir": p.Dir, "Socket": socket, "Cgroup": cgroup, "DNS": DNS, "Pods": Pods}
	for from, to := range map[string]string{
		"containerd.toml": "containerd.toml", "kubelet.yaml": "kubelet.yaml", "cni.conflist": "cni/10-redthread.conflist",
		"collector.yaml": "collector.yaml", "prometheus.yaml": "prometheus.yaml",
		"hosts.toml": "registries/" + Registry + "/hosts.toml",
	} {
		written, err := template.ParseFS(configs, "configs/"+from)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := written.Execute(&out, about); err != nil {
			return err
		}
		if err := os.WriteFile(p.in(to), out.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return makeCgroups()
}

// outbox prepares the folder that pods get as a volume. What certifies the office is in it,
// as that is the one file that a function can be given.
func (p Place) outbox() error {
	authority, err := os.ReadFile(p.in("pki", "ca.crt"))
	if err != nil {
		return err
	}
	return errors.Join(os.Chown(p.in("outbox"), pods, pods), os.WriteFile(p.in("outbox", "ca.crt"), authority, 0o644))
}

// hierarchies are the folders of control groups, one per controller in version 1.
func hierarchies() ([]string, error) {
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.controllers"); err == nil {
		return []string{"/sys/fs/cgroup"}, nil
	}
	found, err := filepath.Glob("/sys/fs/cgroup/*/cgroup.procs")
	if err != nil || len(found) == 0 {
		return nil, fmt.Errorf("no control groups are mounted at /sys/fs/cgroup: %w", err)
	}
	for i := range found {
		found[i] = filepath.Dir(found[i])
	}
	return found, nil
}

// makeCgroups makes the group below which all pods are.
func makeCgroups() error {
	all, err := hierarchies()
	if err != nil {
		return err
	}
	for _, h := range all {
		group := filepath.Join(h, cgroup)
		if err := os.MkdirAll(group, 0o755); err != nil {
			return err
		}
		for _, file := range []string{"cpuset.cpus", "cpuset.mems"} { // of version 1, empty in a new group
			if set, err := os.ReadFile(filepath.Join(h, file)); err == nil {
				if err := os.WriteFile(filepath.Join(group, file), set, 0o644); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// removeCgroups removes the groups of pods, the innermost first.
func removeCgroups() error {
	all, err := hierarchies()
	if err != nil {
		return err
	}
	for _, h := range all {
		var groups []string
		err := filepath.WalkDir(filepath.Join(h, cgroup), func(path string, e os.DirEntry, err error) error {
			if err == nil && e.IsDir() {
				groups = append(groups, path)
			}
			return nil
		})
		for i := len(groups) - 1; i >= 0 && err == nil; i-- {
			err = os.Remove(groups[i])
		}
		if err != nil {
			return fmt.Errorf("remove the pods' control groups: %w", err)
		}
	}
	return nil
}
