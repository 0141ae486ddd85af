# What a person runs here. `make run` and `make test` install what is missing first: a machine with
# Debian 12, Python 3.11, node 20 and git is enough. Stamps under .make/ say what is up to date.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
SAY := @printf '\033[1m→ %s\033[0m\n'
ASSET_SOURCES := $(shell find pwa/src pwa/public pwa/build.mjs server/templates -type f 2>/dev/null)

.PHONY: help run ilux test soak soak-bridge fuzz mutants bench check check-python check-types check-typescript format lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .make/python .make/assets ## serve the portal with demo data at http://127.0.0.1:8000
	@$(BIN)/python -m server.cli demo
	@exec $(BIN)/python -m server.cli serve

ilux: .make/python .make/assets ## the demo with an ILUX beside it, and the bridge between; OPTIONS="--movimento" keeps it busy
	@.ci/debian firebird3.0-server firebird3.0-utils
	@exec $(BIN)/python -m ilux_bridge.demo $(OPTIONS)

test: .make/python .make/npm .make/assets .make/debian ## run every test: SQLite, PostgreSQL, TypeScript, browser
	@.ci/suite

fuzz: .make/python ## search for input that breaks the sync's readers, SECONDS=60 each
	@.ci/fuzz $(or $(SECONDS),60)

MINUTES ?= 10
soak: .make/python .make/debian ## invent histories against the sync, MINUTES=10 long, on both databases
	@$(BIN)/python -m tests.model.soak $(MINUTES)

soak-bridge: .make/python .make/assets .make/debian ## the same for the bridge: Firebird, portal and bridge killed, MINUTES=10
	@$(BIN)/python -m tests.bridge_soak $(MINUTES)

mutants: .make/python .make/npm .make/assets .make/debian ## plant a list of defects, each in a copy, and see which test catches it
	@$(BIN)/python -m tests.mutants

bench: .make/python .make/assets .make/debian ## measure the sync beside its floor; OPTIONS="--database sqlite --rounds 1"
	@$(BIN)/python -m bench $(OPTIONS)

check: check-python check-types check-typescript ## format, lint, types, import law

check-python: .make/python
	$(SAY) "Python: format, lint, import law"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

check-types: .make/python
	$(SAY) "Python: types"
	@$(BIN)/mypy

check-typescript: .make/npm
	$(SAY) "TypeScript: format, lint, types"
	@cd pwa && npm run --silent check

format: .make/python .make/npm ## rewrite the sources in the project's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@cd pwa && npm run --silent format

lock: ## write requirements.lock anew from pyproject.toml, with the newest versions
	@.ci/lock

clean: ## remove what was built or installed here; data/ stays
	@rm -rf .make .venv pwa/node_modules pwa/dist test-results
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find server offline_sync ilux_bridge tests -name __pycache__ -prune -exec rm -rf {} +

.make/python: requirements.lock pyproject.toml
	$(SAY) "Installing the Python environment into .venv"
	@.ci/debian --unless "python3 -c 'import ensurepip, venv'" python3-venv
	@[ -x $(BIN)/python ] || python3 -m venv .venv
	@$(BIN)/python -m pip install --quiet --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p .make && touch $@

.make/npm: pwa/package-lock.json
	$(SAY) "Installing the npm packages of the field app"
	@cd pwa && npm ci --no-progress --loglevel=error
	@mkdir -p .make && touch $@

.make/assets: .make/npm $(ASSET_SOURCES)
	$(SAY) "Building the assets"
	@cd pwa && npm run --silent build
	@mkdir -p .make && touch $@

.make/debian: .ci/debian Makefile
	$(SAY) "Installing what the tests need from Debian"
	@.ci/debian chromium firebird3.0-server firebird3.0-utils fonts-roboto-unhinted libatomic1 postgresql systemd
	@mkdir -p .make && touch $@
