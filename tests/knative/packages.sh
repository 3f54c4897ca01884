#!/usr/bin/env bash
# Installs what Debian has of a Kubernetes node, where it is missing. Nothing of it is
# started, as nothing here is a service of the machine.
set -euo pipefail
declare -A has=(
	[postgresql]=/usr/bin/psql
	[etcd-server]=/usr/bin/etcd [containerd]=/usr/bin/containerd [runc]=/usr/sbin/runc [iptables]=/usr/sbin/iptables
	[conntrack]=/usr/sbin/conntrack [iproute2]=/bin/ip [containernetworking-plugins]=/usr/lib/cni/ptp
)
missing=()
for package in "${!has[@]}"; do
	[ -e "${has[$package]}" ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
	echo "installing ${missing[*]}"
	refuse=/usr/sbin/policy-rc.d # says no to packages that would start what they install
	if [ ! -e $refuse ]; then
		printf '#!/bin/sh\nexit 101\n' >$refuse
		chmod +x $refuse
		trap 'rm -f $refuse' EXIT
	fi
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
