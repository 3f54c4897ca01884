#!/usr/bin/env bash
# Runs every fuzz target for FUZZTIME (default 1m), one after the other.
set -euo pipefail
cd "$(dirname "$0")/.."
time="${FUZZTIME:-1m}"
n=0
while IFS=: read -r file target; do
	echo "fuzz $target in $(dirname "$file") for $time"
	go test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$time"
	n=$((n + 1))
done < <(grep -rhoE --include='*_test.go' -H '^func Fuzz[A-Za-z0-9]+' events shared functions infra | sed 's/:func /:/')
echo "$n fuzz targets ran for $time each"
