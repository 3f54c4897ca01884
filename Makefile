# make lists what there is. The first two are all there is to set up.
.DEFAULT_GOAL := help
GO ?= go
ARGS ?=
STORE ?=

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: ## run the whole suite on this machine: http://127.0.0.1:8080 (STORE=sqlite, postgres, firestore, dynamodb or a URL)
ifeq ($(filter-out sqlite,$(STORE)),)
	$(GO) run ./infra/local serve $(ARGS)
else ifneq ($(findstring :,$(STORE)),)
	$(GO) run ./infra/local serve -store '$(STORE)' $(ARGS)
else
	$(GO) run ./tests/emulators -store '$(STORE)' -- $(GO) run ./infra/local serve -store {} $(ARGS)
endif

emulators: ## start the document stores that can run here, and tell how to reach them
	$(GO) run ./tests/emulators $(ARGS)

test: ## run all tests, with the race detector where there is concurrency
	tests/run.sh

test-terraform: ## run the tests of infra/terraform, with Amazon's provider on its emulator and a stand-in for Google's
	TERRAFORM_TESTS=all $(GO) run ./tests/emulators -only dynamodb -- $(GO) test -timeout 20m ./tests/terraform/... $(ARGS)

demo: ## live through three days of a shop in a minute
	$(GO) run ./infra/local demo $(ARGS)

bench: ## measure against floors of the same run, and each store beside its bare client: one table
	$(GO) run ./tests/emulators -- $(GO) run ./tests/bench $(ARGS)

cost: ## play recorded orders on DynamoDB's and Firestore's emulators: what a million events would cost
	$(GO) run ./tests/cost $(ARGS)

year: ## live through a year of 50,000 customers with all flows on: no rule of the policy may be broken
	$(GO) run ./tests/year $(ARGS)

image: ## build the image for each cloud, without a container engine (ARGS=-h tells how to choose and push)
	$(GO) run ./infra/image $(ARGS)

cluster: ## start a Kubernetes node with Knative on this machine, as root, with the suite on it (half an hour the first time)
	tests/knative/packages.sh
	$(GO) run -C tests/knative/tools . up
	$(GO) run -C tests/knative/tools . suite

cluster-down: ## end that node and remove every trace of it
	$(GO) run -C tests/knative/tools . down

test-knative: cluster ## test the suite on that node, through Knative's own broker
	REDTHREAD_KNATIVE=$$($(GO) run -C tests/knative/tools . kubeconfig) $(GO) test -count=1 -timeout 60m -v ./tests/knative $(ARGS)

generate: ## write schemas, samples, AsyncAPI and the README's tables anew
	$(GO) generate ./...
	$(GO) run ./tests/readme

fuzz: ## run each fuzz target for a minute (FUZZTIME=1m)
	tests/fuzz.sh

check: ## gofmt, vet, staticcheck, govulncheck
	tests/check.sh

.PHONY: help run emulators test test-terraform demo bench cost year image cluster cluster-down test-knative generate fuzz check
