# Targets for people and for CI. `make` alone lists them.
SHELL     := /bin/bash
VERSION   := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
FUZZTIME  ?= 30s
BENCH     ?= .
BENCHPKGS ?= ./...
COUNT     ?= 10
SCENARIO  ?= smoke

.DEFAULT_GOAL := help
.PHONY: help build run test check lint golden fuzz e2e bench benchcmp bench-peers load deps

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{sub(/:.*/, "", $$1); printf "  %-12s %s\n", $$1, $$2}'

build: ## build ./gatehouse, one static binary
	CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o gatehouse .

run: build ## start it with the demo APIs of examples/ on an empty data folder
	./gatehouse serve --demo $(ARGS)

deps: ## install what the tests need, if it is absent (Debian, root)
	@scripts/deps test

test: deps ## run every test with the race detector
	go test -race ./...

lint: ## gofmt, vet, staticcheck
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt -w these:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...

check: lint test ## what a commit passes: lint, arrows, package comments, tests with -race

golden: ## rewrite golden files; review the diff
	@scripts/packages-with 'flag.Bool("update"' | while read -r pkg; do go test "$$pkg" -update || exit 1; done

fuzz: ## run each fuzz target for FUZZTIME (30s)
	@scripts/fuzz $(FUZZTIME)

e2e: deps ## run only the tests that start the real binary
	@pkgs=$$(scripts/packages-with 'gatehouse/internal/gwtest"'); \
	if [ -z "$$pkgs" ]; then echo "e2e: no package uses internal/gwtest"; exit 1; fi; \
	echo go test -race -count=1 $$pkgs; go test -race -count=1 $$pkgs

bench: ## run the Go benchmarks with allocation counts (BENCH=regexp BENCHPKGS=./routing)
	go test -run '^$$' -bench '$(BENCH)' -benchmem $(BENCHPKGS)

benchcmp: ## compare the Go benchmarks with those of the parent commit (COUNT=10)
	@scripts/benchcmp '$(BENCH)' $(COUNT) $(BENCHPKGS)

bench-peers: build bin/caddy ## measure gatehouse beside nginx, haproxy and caddy (ARGS=-quick, -idle, -start)
	@scripts/deps peers
	go build -buildvcs=false -o bin/peers ./benchmarks/peers
	./bin/peers $(if $(ARGS),$(ARGS),-out benchmarks/RESULTS.md)

load: build bin/k6 ## run a k6 scenario: SCENARIO=smoke, ramp, soak or spike
	go build -buildvcs=false -o bin/loadtest ./loadtest
	./bin/loadtest -scenario $(SCENARIO) $(ARGS)

bin/caddy: benchmarks/peers/caddy/go.mod
	cd benchmarks/peers/caddy && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w \
		-X github.com/caddyserver/caddy/v2.CustomVersion=$(shell awk '$$1 == "github.com/caddyserver/caddy/v2" {print $$2}' $<)' \
		-o ../../../bin/caddy github.com/caddyserver/caddy/v2/cmd/caddy

bin/k6: loadtest/k6/go.mod
	cd loadtest/k6 && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o ../../bin/k6 go.k6.io/k6
