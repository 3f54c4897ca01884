// Package node runs a Kubernetes node on this machine: etcd, the control plane, containerd,
// kubelet and kube-proxy, in process, mount and network namespaces of their own. One
// process is the first in them; when it is killed the kernel ends all others, and takes
// the mounts, the network and its packet filter rules with it.
package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Addresses in the node's network, which a cable of two ends (veth) connects to the machine's.
const (
	Host       = "10.213.255.1"          // the machine, as pods see it
	Address    = "10.213.255.2"          // the node, as the machine sees it
	Name       = "office.redthread.test" // leads there, too, as CoreDNS is told
	Pods       = "10.213.0.0/20"
	Services   = "10.214.0.0/16"
	API        = "10.214.0.1" // of Services, the first is the API server's
	DNS        = "10.214.0.10"
	OTLP       = "4318" // port of the node's collector of traces, and of its Prometheus
	Metrics    = "9090"
	Registry   = Host + ":5000" // of images, where somebody starts one on the machine
	cable      = "redthread0"   // the machine's end
	uplink     = "uplink"       // the node's end
	cgroup     = "redthread"
	socket     = "/run/redthread/containerd.sock" // /run is the node's own
	apiAddress = "https://" + Address + ":6443"
)

// Place is where a node keeps its files.
type Place struct{ Dir string }

func (p Place) in(names ...string) string { return filepath.Join(append([]string{p.Dir}, names...)...) }

// Kubeconfig is the file with which kubectl may do anything.
func (p Place) Kubeconfig() string { return p.in("admin.kubeconfig") }

// Log is the file to which a program of the node writes what it has to say.
func (p Place) Log(name string) string { return p.in("logs", name+".log") }

// Bin is the folder of the node's programs.
func (p Place) Bin() string { return p.in("bin") }

// Kubectl is the path of kubectl, in the version of the node.
func (p Place) Kubectl() string { return p.in("bin", "kubectl") }

// Pid returns the process that is first in the namespaces, if it runs. Its time of start
// is kept beside it, so that no other process that has got its number is taken for it.
func (p Place) Pid() (int, bool) {
	kept, err := os.ReadFile(p.in("pid"))
	if err != nil {
		return 0, false
	}
	number, started, _ := strings.Cut(strings.TrimSpace(string(kept)), " ")
	pid, err := strconv.Atoi(number)
	if err != nil {
		return 0, false
	}
	now, err := startOf(pid)
	return pid, err == nil && now == started
}

// startOf returns when a process began, in ticks since the machine did (proc(5), field 22).
func startOf(pid int) (string, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if fields[0] == "Z" {
		return "", fmt.Errorf("process %d has ended", pid)
	}
	return fields[19], nil
}

// Key is the path of somebody's certificate and its key, without .crt and .key.
func (p Place) Key(of string) string { return p.in("pki", of) }

// Prometheus is its settings' file.
func (p Place) Prometheus() string { return p.in("prometheus.yaml") }

// Traces is the file that the collector writes, one request of OTLP in JSON on each line.
func (p Place) Traces() string { return p.in("traces.json") }

// Outbox is the folder that functions write files to.
func (p Place) Outbox() string { return p.in("outbox") }
