package node

import (
	"strings"
)

// program is one of those that run on the node itself.
type program struct {
	name string
	args []string
}

// programs are all of them, in the order in which they are started; none waits for
// another, as each tries again until what it needs is there.
func (p Place) programs() []program {
	part := func(name string, flags ...string) program {
		return program{name, append([]string{p.in("bin", name)}, flags...)}
	}
	pki := func(name string) string { return p.in("pki", name) }
	// This program, which may have been removed from where it was.
	self := func(name string) program {
		return program{name, []string{"/proc/self/exe", name, "-dir", p.Dir}}
	}
	return []program{
		self("postgres"), self("office"),
		{"etcd", []string{"/usr/bin/etcd", "--data-dir=" + p.in("etcd"), "--unsafe-no-fsync", "--logger=zap", "--log-level=warn",
			"--listen-client-urls=http://127.0.0.1:2379", "--advertise-client-urls=http://127.0.0.1:2379",
			"--listen-peer-urls=http://127.0.0.1:2380"}},
		{"containerd", []string{"/usr/bin/containerd", "--config=" + p.in("containerd.toml")}},
		part("kube-apiserver", "--etcd-servers=http://127.0.0.1:2379", "--secure-port=6443", "--bind-address=0.0.0.0",
			"--advertise-address="+Address, "--service-cluster-ip-range="+Services,
			"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
			"--client-ca-file="+pki("ca.crt"), "--tls-cert-file="+pki("apiserver.crt"), "--tls-private-key-file="+pki("apiserver.key"),
			"--kubelet-client-certificate="+pki("admin.crt"), "--kubelet-client-key="+pki("admin.key"),
			"--kubelet-preferred-address-types=InternalIP",
			"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
			"--service-account-key-file="+pki("accounts.pub"), "--service-account-signing-key-file="+pki("accounts.key"),
			"--profiling=false", "--allow-privileged=false"),
		part("kubelet", "--config="+p.in("kubelet.yaml"), "--kubeconfig="+p.in("kubelet.kubeconfig"), "--root-dir="+p.in("kubelet"),
			"--cert-dir="+pki("kubelet"), "--hostname-override="+nodeName, "--node-ip="+Address),
		part("kube-controller-manager", "--kubeconfig="+p.in("controller.kubeconfig"), "--leader-elect=false",
			"--use-service-account-credentials=true", "--root-ca-file="+pki("ca.crt"),
			"--service-account-private-key-file="+pki("accounts.key"), "--cert-dir="+pki("controller")),
		part("collector", "--config="+p.in("collector.yaml")),
		part("prometheus", "--config.file="+p.Prometheus(), "--storage.tsdb.path="+p.in("metrics"), "--storage.tsdb.retention.time=1d",
			"--web.listen-address="+Address+":"+Metrics, "--web.enable-lifecycle", "--log.level=warn"),
		part("kube-scheduler", "--kubeconfig="+p.in("scheduler.kubeconfig"), "--leader-elect=false", "--cert-dir="+pki("scheduler")),
		part("kube-proxy", "--kubeconfig="+p.in("proxy.kubeconfig"), "--proxy-mode=iptables", "--hostname-override="+nodeName,
			"--cluster-cidr="+Pods, "--oom-score-adj=0", "--conntrack-max-per-core=0", "--conntrack-min=0",
			"--conntrack-tcp-timeout-established=0s", "--conntrack-tcp-timeout-close-wait=0s", "--iptables-min-sync-period=100ms"),
	}
}

func (p program) String() string { return strings.Join(p.args, " ") }
