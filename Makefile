# Keizoku. `make` alone lists what it can do. Nothing but Go is needed to build and run.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.release=$(VERSION)

# The linter is pinned: another version finds other things.
LINT_VERSION := v2.15.0
LINT         := bin/tools/golangci-lint

# How long each fuzz target runs by itself, how many inputs it tries within `make test`, and how
# many probes each benchmark makes (1,000 a second). Inputs and not seconds within `make test`:
# before Go 1.27 a target whose time is over may fail by that alone (go.dev/issue/75804).
FUZZ_TIME    ?= 60s
FUZZ_SMOKE   ?= 10000x
BENCH_PROBES ?= 3000

# Packages that hold tests for root alone: network namespaces, raw sockets, real daemons.
INTEGRATION = $(shell grep -rlE '^//go:build .*integration' --include='*_test.go' . | xargs -r -n1 dirname | sort -u)

.PHONY: run
run: build ## Show a simulated city hall being watched (http://127.0.0.1:9720)
	./bin/keizoku demo

.PHONY: build
build: ## Build bin/keizoku, static, with its version
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o bin/keizoku ./cmd/keizoku

.PHONY: check
check: lint ## Check quickly: gofmt, vet, linters, unit tests (seconds when warm)
	$(GO) vet ./...
	$(GO) test ./...

.PHONY: lint
lint: tools ## Check form: gofmt and golangci-lint
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt -w these:"; echo "$$unformatted"; exit 1; fi
	$(LINT) run ./...

# What ends with lines of its own comes first, so that the last thing to be read is what the
# tests said.
.PHONY: test
test: packages crossbuild generated fuzzsmoke ## Check everything; installs what it lacks (Debian packages)
	@$(MAKE) --no-print-directory racing

# One processor per test binary, for the race detector crashes on two (docs/decisions/0022).
# As root one run does both. Otherwise the tests for root are run again through sudo.
.PHONY: racing
racing:
ifeq ($(shell id -u),0)
	$(GO) test -race -cpu 1 -tags integration ./...
else
	$(GO) test -race -cpu 1 ./...
	$(GO) test -race -cpu 1 -tags integration -exec 'sudo -E' $(INTEGRATION)
endif

.PHONY: integration
integration: packages ## Run the tests that need root, namespaces and real daemons
	$(GO) test -tags integration $(if $(filter-out 0,$(shell id -u)),-exec 'sudo -E') $(INTEGRATION)

.PHONY: fuzz
fuzz: ## Fuzz each parser for FUZZ_TIME (60s)
	@grep -rHoE '^func Fuzz\w+' --include='*_test.go' . | sort | while IFS=: read -r file func; do \
		echo "fuzz $${func#func } in $$(dirname "$$file"), $(FUZZ_TIME)"; \
		$(GO) test -run '^$$' -fuzz "^$${func#func }\$$" -fuzztime $(FUZZ_TIME) "$$(dirname "$$file")" || exit 1; \
	done

.PHONY: fuzzsmoke
fuzzsmoke:
	@$(MAKE) --no-print-directory fuzz FUZZ_TIME=$(FUZZ_SMOKE)

.PHONY: crossbuild
crossbuild: ## Build for Windows and for ARM
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 $(GO) build ./...
	GOOS=linux GOARCH=arm64 CGO_ENABLED=0 $(GO) build ./...

.PHONY: generate
generate: ## Write docs/reference and the default dashboards anew
	$(GO) generate ./agent/api
	$(GO) run ./cmd/keizoku reference --out docs/reference
	@for lang in ja en; do $(GO) run ./cmd/keizoku grafana-dashboards --lang $$lang --out dashboards/$$lang; done

# A page that no longer says what the program does is worse than none.
.PHONY: generated
generated:
	@dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	$(GO) run ./cmd/keizoku reference --out "$$dir"; \
	diff -ru docs/reference "$$dir" || { echo "docs/reference is stale: make generate"; exit 1; }; \
	echo "docs/reference is what the program says"; \
	$(GO) run ./agent/api/openapi -out "$$dir/api.json"; \
	cmp agent/api/openapi.json "$$dir/api.json" || { echo "agent/api/openapi.json is stale: make generate"; exit 1; }; \
	echo "the OpenAPI document is what the API says"; \
	for lang in ja en; do $(GO) run ./cmd/keizoku grafana-dashboards --lang $$lang --out "$$dir/$$lang" >/dev/null; \
	diff -r dashboards/$$lang "$$dir/$$lang" >/dev/null || { echo "dashboards/$$lang is stale: make generate"; exit 1; }; done; \
	echo "dashboards are what the program says"

.PHONY: bench
bench: ## Measure the CPU time of a probe of each kind, with 1,000 targets
	@ulimit -n $$(ulimit -Hn); $(GO) test -run '^$$' -bench '^BenchmarkProbe' -benchtime $(BENCH_PROBES)x -p 1 ./checks/... \
		| $(GO) run ./internal/tools/benchtable

.PHONY: tools
tools: ## Install the linter into bin/tools
	@if ! $(LINT) version 2>/dev/null | grep -q '$(LINT_VERSION:v%=%)'; then \
		mkdir -p bin/tools; \
		found=$$(command -v golangci-lint || echo "$$($(GO) env GOPATH)/bin/golangci-lint"); \
		if "$$found" version 2>/dev/null | grep -q '$(LINT_VERSION:v%=%)'; then ln -sf "$$found" $(LINT); \
		else echo "installing golangci-lint $(LINT_VERSION) into bin/tools (some minutes, once)"; \
			GOBIN="$(CURDIR)/bin/tools" $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION); fi; \
	fi

.PHONY: packages
packages: ## Install the Debian packages that the tests need
	@.ci/packages

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin dist

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
