// Package parts builds what a Kubernetes node with Knative is made of, from the Go module
// proxy, into a folder outside the tree.
package parts

import "fmt"

// source is a module as it was published: the sum is what the checksum database says.
type source struct {
	path, version, sum string
	// staging is where its staging modules are that replace lines point into, which a
	// module's archive does not have, and the version in which they are published.
	staging, stagingVersion string
	ldflags                 string
	stub                    stub
	// folder is where a module of ours is, seen from this program's; its path is empty.
	folder string
}

// stub is a file of the module, or of another, that is replaced, for what it would bring along.
type stub struct{ path, version, file, text string }

// kubernetes says its own version, which Knative compares with the oldest it works with.
var kubernetes = source{
	path: "k8s.io/kubernetes", version: "v1.34.4", sum: "h1:Yy6R4QB8C9kJPp25GFqEvX5XQwY5qzKeqD0Xx6oAcmk=",
	staging: "./staging/src/", stagingVersion: "v0.34.4",
	ldflags: stamp("gitVersion=v1.34.4", "gitMajor=1", "gitMinor=34", "gitTreeState=archive",
		"gitCommit=0000000000000000000000000000000000000000", "buildDate=1970-01-01T00:00:00Z"),
}

var (
	coredns    = source{path: "github.com/coredns/coredns", version: "v1.12.4", sum: "h1:rIMnjPvB02drP18DTlJJb1vGkc8Tyl8fe7NFnnSv2lU="}
	serving    = source{path: "knative.dev/serving", version: "v0.50.0", sum: "h1:9XUQq2yqUPN1YZUuGH6nF8IMvuumNvGXzCrSTYu44bA="}
	eventing   = source{path: "knative.dev/eventing", version: "v0.50.0", sum: "h1:4GSn7yyMLgpGUqU0vZjcyFKK0vSi3TtZXPVzb7HW7Ds="}
	networking = source{path: "knative.dev/networking", version: "v0.0.0-20260727162500-c7a7b772cac9", sum: "h1:DX4tHb6E2L6sqJbbbSoK7ury7jobfC95Tx3To+tQQF0="}
	caching    = source{path: "knative.dev/caching", version: "v0.0.0-20260727161800-0edbf88bc267", sum: "h1:kuc7HoQMvX4U2XVDqTtOSA/qfArcMtrkUsgLpnELFeU="}
	traefik    = source{path: "github.com/traefik/traefik/v3", version: "v3.6.0", sum: "h1:axM42ACSLlB/NWCAx/DTYCrSfmhMukVjXPJDkbZAk1c=", stub: noDNS}
	prometheus = source{path: "github.com/prometheus/prometheus", version: "v0.309.1", sum: "h1:jutK6eCYDpWdPTUbVbkcQsNCMO9CCkSwjQRMLds4jSo=", stub: podsOnly}
	ourselves  = source{folder: "."}
	collector  = source{folder: "../collector", version: "v0.145.0"} // of OpenTelemetry's
)

// noDNS leaves out of Traefik the clients of 150 DNS providers, with which it would prove
// to own a name: they are two thirds of what there is to compile, and this node has none.
var noDNS = stub{path: "github.com/go-acme/lego/v4", version: "v4.28.0", file: "providers/dns/zz_gen_dns_providers.go", text: `package dns

import (
	"fmt"

	"github.com/go-acme/lego/v4/challenge"
)

func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	return nil, fmt.Errorf("unrecognized DNS provider: %s", name)
}
`}

// podsOnly leaves out of Prometheus all ways to find targets but Kubernetes': they are four
// fifths of what there is to compile. Debian's Prometheus has left out this one.
var podsOnly = stub{path: "github.com/prometheus/prometheus", version: "v0.309.1", file: "plugins/plugins.go", text: `package plugins

import _ "github.com/prometheus/prometheus/discovery/kubernetes"
`}

// Part is one program.
type Part struct {
	Name    string
	source  source
	command string // its package, seen from the module's folder
	Image   string // "": it runs on the node itself
}

// All is everything that is built, what takes longest to start with first.
var All = []Part{
	{"kube-apiserver", kubernetes, "./cmd/kube-apiserver", ""},
	{"kubelet", kubernetes, "./cmd/kubelet", ""},
	{"kube-controller-manager", kubernetes, "./cmd/kube-controller-manager", ""},
	{"kube-scheduler", kubernetes, "./cmd/kube-scheduler", ""},
	{"kube-proxy", kubernetes, "./cmd/kube-proxy", ""},
	{"kubectl", kubernetes, "./cmd/kubectl", ""},
	{"collector", collector, ".", ""},
	{"prometheus", prometheus, "./cmd/prometheus", ""},
	{"pause", ourselves, "./pause", "registry.local/pause:1"},
	inImage("serving-controller", serving, "./cmd/controller"),
	inImage("serving-webhook", serving, "./cmd/webhook"),
	inImage("serving-autoscaler", serving, "./cmd/autoscaler"),
	inImage("serving-activator", serving, "./cmd/activator"),
	inImage("serving-queue", serving, "./cmd/queue"),
	inImage("coredns", coredns, "."),
	inImage("eventing-controller", eventing, "./cmd/controller"),
	inImage("eventing-mtchannel_broker", eventing, "./cmd/mtchannel_broker"),
	inImage("eventing-webhook", eventing, "./cmd/webhook"),
	inImage("eventing-mtping", eventing, "./cmd/mtping"),
	inImage("eventing-in_memory-channel_controller", eventing, "./cmd/in_memory/channel_controller"),
	inImage("eventing-in_memory-channel_dispatcher", eventing, "./cmd/in_memory/channel_dispatcher"),
	inImage("eventing-broker-ingress", eventing, "./cmd/broker/ingress"),
	inImage("eventing-broker-filter", eventing, "./cmd/broker/filter"),
	inImage("traefik", traefik, "./cmd/traefik"),
}

func inImage(name string, s source, command string) Part {
	return Part{name, s, command, "registry.local/" + name + ":" + s.version}
}

// Import is the import path of the part's package, by which Knative's manifests name it.
func (p Part) Import() string { return p.source.path + p.command[1:] }

func stamp(facts ...string) string {
	var flags string
	for _, fact := range facts {
		flags += fmt.Sprintf(" -X k8s.io/component-base/version.%s", fact)
	}
	return flags
}
