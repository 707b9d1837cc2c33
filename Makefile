# What CI runs is `make test`; everything it needs it installs itself.

LINT_VERSION := v2.15.0
TYPES        := @slack/types@3.2.0 typescript@5.9.3
CACHE        := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/casebot
LINT         := $(CACHE)/golangci-lint-$(LINT_VERSION)/golangci-lint

.PHONY: help
help: ## show this help
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: test
test: tools vet lint unit ## everything that CI checks

.PHONY: vet
vet: ## go vet, and a tidy go.mod
	go mod tidy -diff
	go vet ./...
	go vet -tags faults ./cmd/...

.PHONY: lint
lint: $(LINT) ## golangci-lint, with the dependency rule
	$(LINT) run ./...

.PHONY: unit
unit: ## all tests, with a real redis-server and a real browser
	go test -race -shuffle=on ./...
	go test -tags faults -run TestClockFile ./cmd/casebot

.PHONY: bench
bench: ## all benchmarks
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: update
update: ## rewrite transcripts and golden files
	UPDATE=1 go test ./bot ./cmd/... ./adapters/...

.PHONY: screenshots
screenshots: ## draw the pictures of the README anew
	PICTURES=$(CURDIR)/deploy/screenshots go test -count=1 -run 'TestStory|TestAnswerStopsTheLadder' ./cmd/casebot

.PHONY: tools
tools: $(LINT) ## redis-server, chromium, golangci-lint and Slack's published types, where they are missing
	@deploy/install-tools redis-server chromium
	@command -v npm >/dev/null 2>&1 || { echo "missing: npm (one test checks messages against Slack's published types)" >&2; exit 0; }; \
		test -d $(CACHE)/slack-types/node_modules || npm install --prefix $(CACHE)/slack-types --no-audit --no-fund --silent $(TYPES) || \
		echo "Slack's published types could not be installed; the test over them is skipped, and fails in CI" >&2

$(LINT):
	GOBIN=$(dir $@) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
