# The commands of the project; `make help` lists them. Go, git and make are enough to begin with: test/setup/install
# gets the rest where it may.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Tools that are only needed here, at a fixed version so that everybody gets the same answer.
GOFUMPT     := mvdan.cc/gofumpt@v0.12.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
TEMPL        = github.com/a-h/templ/cmd/templ@$(shell go list -m -f '{{.Version}}' github.com/a-h/templ)

# What is compiled for tests carries no version of the checkout, which git may refuse to tell to another user.
export GOFLAGS += -buildvcs=false

FUZZTIME ?= 30s
FUZZ     ?= .

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

.PHONY: demo
demo: ## runs Balie with a made-up organisation that is already at work
	go run ./cmd/balie demo

.PHONY: test
# The race detector makes the database ten times slower. It looks at every package that starts goroutines. Behind a browser
# it would find nothing that the stories of test/desk, over the same program, do not find; nor in the weeks of history of the
# demonstration, in copies that the database itself makes, or where one request is handled from beginning to end.
# What takes longest begins first, so that no core is idle at the end.
test: setup generated vet types ## everything: both databases, the browser, mail; installs what it needs where it may
	go run ./test/report -unraced app/backup,app/demo,domain/access,test/browser,test/widget,test/customer,web/agent/ui/fake,web/api,web/manage \
		-first test/browser,web/agent/ui/fake,test/desk,flow,test/customer,test/widget,test/nodes ./...

.PHONY: check
check: format vet lint ## format, vet, lint, house and unit tests on SQLite: for while you work
	BALIE_TEST_ENGINES=sqlite go run ./test/report -short -race none -without test/desk,test/browser,test/simulator,test/bench ./...

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (30s); FUZZ=name for one
	test/setup/fuzz '$(FUZZ)' '$(FUZZTIME)'

.PHONY: power
power: ## cuts the power five hundred times under load, on a simulated disk (some minutes)
	BALIE_POWER_CUTS=500 go test -count=1 -v -timeout 60m -run 'PowerCut' ./ground/sqldb ./test/desk

.PHONY: bench
bench: ## measures speed and size and writes docs/benchmarks.md
	go run ./test/bench

.PHONY: docs
docs: ## makes docs/rooms.md and docs/facts.md from the code
	go run ./test/house/write

.PHONY: generate
generate: docs ## makes everything that is made from something else: pages, styles and scripts, documents
	@if [ -n "$$(git ls-files -co --exclude-standard '*.templ')" ]; then go run $(TEMPL) generate -path web -log-level warn; fi
	@if [ -d tools/assets ]; then cd tools && go run ./assets; fi

.PHONY: setup
setup:
	@test/setup/install

# Generated files are committed. They are made again, and whatever changes by that was out of date.
.PHONY: generated
generated:
	@test/setup/generated

.PHONY: vet
vet:
	go vet ./...
	@if [ -d tools ]; then cd tools && go vet ./...; fi

.PHONY: format
format:
	@bad=$$(gofmt -l $$(test/setup/files) && go run $(GOFUMPT) -l $$(test/setup/files)); \
	if [ -n "$$bad" ]; then echo "these files are not formatted; run: make tidy"; echo "$$bad" | sort -u; exit 1; fi

.PHONY: tidy
tidy: ## formats the Go files
	go run $(GOFUMPT) -w $$(test/setup/files)

# golangci-lint takes minutes to build and is used where it is installed; staticcheck is the part that finds most.
.PHONY: lint
lint:
	@if command -v golangci-lint >/dev/null; then golangci-lint run ./...; else go run $(STATICCHECK) ./...; fi

# The strict TypeScript compiler over the workspace.
.PHONY: types
types:
	@if [ ! -f tools/types.sh ]; then exit 0; \
	elif command -v npm >/dev/null; then sh tools/types.sh; \
	else echo "types: npm is not here; the TypeScript was not checked"; fi

# Compares third_party with the published packages; asks the package registry.
.PHONY: third-party
third-party:
	@if [ -d tools/thirdparty ]; then cd tools && go run ./thirdparty; fi
