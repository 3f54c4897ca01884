#!/usr/bin/env bash
# Says what a node needs that this machine cannot give, if there is anything, and ends with
# 1 then: to be root, namespaces with a network of their own, layered file systems where the
# node keeps its files, control groups, and Terraform.
set -euo pipefail
no() { echo "$1"; exit 1; }
[ "$(id -u)" = 0 ] || no "it is not run as root"
command -v terraform >/dev/null || no "terraform is not installed and in no Debian package"
place=${XDG_CACHE_HOME:-$HOME/.cache}/redthread/knative
mkdir -p "$place"
cd "$(mktemp -d -p "$place" possible.XXXXXX)"
trap 'rm -rf "$PWD"' EXIT
mkdir lower upper work merged
inside() { unshare --net --mount --pid --fork --mount-proc "$@" >/dev/null 2>&1; }
inside true || no "no namespaces of one's own can be made here"
inside ip link add probe0 type veth peer name probe1 || no "no network of one's own can be made here"
inside iptables --table nat --list || no "no packet filter of one's own can be had here"
inside mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged || no "no layered file systems can be mounted in $place"
for hierarchy in /sys/fs/cgroup $(dirname /sys/fs/cgroup/*/cgroup.procs); do
	[ -e "$hierarchy/cgroup.procs" ] || continue
	mkdir "$hierarchy/redthread-possible" 2>/dev/null || no "no control groups can be made in $hierarchy"
	rmdir "$hierarchy/redthread-possible"
done
