#!/usr/bin/env bash
# Runs every fuzz target for FUZZTIME (default 1m), two at a time with a core each.
set -euo pipefail
cd "$(dirname "$0")/.."
export FUZZTIME="${FUZZTIME:-1m}"
one() {
	local target=${1##*:} dir
	dir=$(dirname "${1%%:*}")
	local log
	log=$(mktemp)
	if go test "./$dir" -run '^$' -fuzz "^$target\$" -fuzztime "$FUZZTIME" -fuzzminimizetime 10x -parallel 1 >"$log" 2>&1; then
		echo "ok   $target in $dir: $(grep -oE 'execs: [0-9]+' "$log" | tail -1)"
	elif grep -q '^    context deadline exceeded$' "$log" && ! grep -q 'Failing input' "$log"; then
		# Go's fuzzer itself ends so now and then when the time is up, with no input at fault.
		echo "ok   $target in $dir: $(grep -oE 'execs: [0-9]+' "$log" | tail -1), until the time was up"
	else
		echo "FAIL $target in $dir"
		cat "$log"
		return 1
	fi
}
export -f one
targets=$(grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9]+' events shared functions infra | sed 's/:func /:/')
[ -n "$targets" ] || { echo "no fuzz target found"; exit 1; }
xargs -P 2 -I{} bash -c 'one {}' <<<"$targets"
echo "$(wc -l <<<"$targets") fuzz targets ran for $FUZZTIME each"
