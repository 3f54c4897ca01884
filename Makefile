# make lists what there is. The first two are all there is to set up.
.DEFAULT_GOAL := help
GO ?= go
ARGS ?=

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: ## run the whole suite on this machine: http://127.0.0.1:8080
	$(GO) run ./infra/local serve $(ARGS)

test: ## run all tests, with the race detector where there is concurrency
	tests/run.sh

demo: ## live through three days of a shop in a minute
	$(GO) run ./infra/local demo $(ARGS)

bench: ## measure against floors of the same run: one table
	$(GO) run ./tests/bench $(ARGS)

generate: ## write schemas, samples, AsyncAPI and the README's tables anew
	$(GO) generate ./...
	$(GO) run ./tests/readme

fuzz: ## run each fuzz target for a minute (FUZZTIME=1m)
	tests/fuzz.sh

check: ## gofmt, vet, staticcheck, govulncheck
	tests/check.sh

.PHONY: help run test demo bench generate fuzz check
