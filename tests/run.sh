#!/usr/bin/env bash
# Runs all tests: those of packages with concurrency under the race detector, the
# others without, then the official parser over the AsyncAPI document. The document
# stores that are installed are started for them, on ports and in folders of their own.
# It ends with the counts; what was skipped is said by name and reason.
set -euo pipefail
cd "$(dirname "$0")/.."
race=$(go list ./shared/store/... ./shared/function/... ./shared/flow/... ./shared/channel/... ./shared/tracing ./shared/catalog \
	./functions/... ./infra/local/... ./tests/cap/... ./tests/emulators/...)
all=$(go list ./...)
rest=$(comm -23 <(sort <<<"$all") <(sort <<<"$race"))
if command -v npm >/dev/null; then
	(cd events/asyncapi_check && npm ci --silent --no-audit --no-fund && node check.mjs)
else
	echo "skipped: AsyncAPI's own parser needs Node.js and npm"
fi
# shellcheck disable=SC2086 # lists of packages
go run ./tests/emulators -fsync=false -- go run ./tests/report -race "$(tr '\n' ' ' <<<"$race")" $rest
