# `make` alone prints this help.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

VENV   := .venv
BIN    := $(VENV)/bin
# Node comes from the locked Python requirements, so that one node builds the page everywhere.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# Nothing is installed whose hash is not in the lock files, not even what builds the rest.
PIP := pip install --quiet --disable-pip-version-check --require-hashes --no-deps

RUN_READY  := $(VENV)/.run-ready
DEV_READY  := $(VENV)/.dev-ready
NODE_READY := node_modules/.ready
BUNDLE     := offramp/static/built/.ready
PAGE_SOURCES := package.json $(wildcard offramp/translations/*/LC_MESSAGES/messages.po) tools/packing.py $(wildcard tools/*.mjs) $(wildcard offramp/static/*.css) $(wildcard offramp/crypto/js/*.mjs offramp/static/*.mjs offramp/static/*/*.mjs)

PORT ?= 8080
# Python tests at once. Browsers and tor wait a lot, so there are more of them than cores.
WORKERS ?= 3

.PHONY: help catalogues run inbox test endure check bench pictures wheel server reproduce format vectors lock clean

help: ## Show this help
	@echo 'Offramp. What you can make:'
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12 | sed 's/^/  /'

run: $(RUN_READY) $(BUNDLE) ## Serve a demonstration on loopback (PORT=8080); ONION=1 publishes it as a real onion
	@$(if $(ONION),tools/debian-packages tor tor)
	@python tools/demo.py --port $(PORT) $(if $(ONION),--onion) $(if $(TOR_OPTIONS),--tor-options $(TOR_OPTIONS))

inbox: $(RUN_READY) ## Fetch and open what came in at the demonstration that runs
	@test -e demo/complete-with-calendar || { echo 'There is no demonstration yet. In another window:  make run' >&2; exit 1; }
	@python tools/demo.py --renew
	@offramp fetch --desk demo/desk
	@offramp import --desk demo/desk
	@offramp inbox --desk demo/desk
	@echo 'One of them, whole, with its files:  .venv/bin/offramp case ID --desk demo/desk --attachments demo/files'
	@echo 'All of it in a browser:  .venv/bin/offramp desk --desk demo/desk'

test: $(DEV_READY) $(BUNDLE) ## Run every test, the private Tor network and the browser included
	@tools/debian-packages tor tor
	@tools/debian-packages firefox-esr firefox-esr
	@tools/debian-packages postgresql 'ls /usr/lib/postgresql/*/bin/initdb'
	@tools/debian-packages debootstrap debootstrap
	@$(MAKE) check
	@tools/step 'JavaScript tests' node --test tests/crypto/*.test.mjs tests/page/*.test.mjs
	@tools/step 'Python tests' python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

endure: $(DEV_READY) $(BUNDLE) ## Run every attack and fault as often as the promises say; takes hours
	@tools/debian-packages tor tor
	@tools/debian-packages postgresql 'ls /usr/lib/postgresql/*/bin/initdb'
	@OFFRAMP_LONG=1 python -m pytest --timeout 7200 -p no:randomly tests/hostile tests/faults tests/store

check: $(DEV_READY) ## Lint and types, in seconds
	@tools/step 'lint' ruff check --quiet
	@tools/step 'layout' ruff format --check --quiet
	@tools/step 'types' mypy

bench: $(DEV_READY) $(BUNDLE) ## Measure speed and size, beside a peer or the machine's own limit
	@tools/debian-packages firefox-esr firefox-esr
	@tools/debian-packages postgresql 'ls /usr/lib/postgresql/*/bin/initdb'
	@python -m bench

pictures: $(DEV_READY) $(BUNDLE) ## Take the README's pictures anew, of a demonstration and a desk that run meanwhile
	@tools/debian-packages firefox-esr firefox-esr
	@python -m tools.pictures

wheel: $(DEV_READY) $(BUNDLE) ## Build dist/offramp-*.whl, and dist/packages for laptops without a network
	@tools/step 'wheel' python -m hatchling build -t wheel
	@tools/step 'what it needs, for laptops without a network' pip wheel --quiet --disable-pip-version-check \
		--no-build-isolation --require-hashes --no-deps --wheel-dir dist/packages -r requirements/laptop.txt

server: $(DEV_READY) $(BUNDLE) ## Build dist/offramp-server-*.tar, all that an operator copies to a server
	@rm -rf dist/server
	@tools/step 'wheel' python -m hatchling build -t wheel -d dist/server
	@tools/step 'what it needs, for Debian 12 and 13' python tools/server_bundle.py dist/server/*.whl

reproduce: $(DEV_READY) $(BUNDLE) ## Make the site's files anew from this commit, and compare them (MANIFEST=FILE too)
	@tools/reproduce $(MANIFEST)

format: $(DEV_READY) ## Lay out the Python code
	@ruff format && ruff check --fix

vectors: $(DEV_READY) $(NODE_READY) ## Make the vectors of crypto/FORMAT.md again
	@node offramp/crypto/vectors/make.mjs

catalogues: $(DEV_READY) $(NODE_READY) ## Bring the translations up to date with the sentences of the pages
	@python tools/catalogues.py

lock: $(DEV_READY) ## Pin newer versions, with hashes and without registry addresses
	@tools/lock

clean: ## Remove what was built; the demonstration's data stays
	@rm -rf $(VENV) node_modules dist build offramp/static/built

$(VENV)/bin/python:
	@tools/debian-packages python3-venv 'python3 -m ensurepip --version'
	@tools/step 'virtual environment' python3 -m venv $(VENV)

$(RUN_READY): requirements/setuptools.txt requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@$(PIP) -r requirements/setuptools.txt
	@tools/step 'Python packages' $(PIP) --no-build-isolation -r requirements/run.txt
	@tools/step 'offramp itself' pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(DEV_READY): requirements/dev.txt $(RUN_READY)
	@tools/step 'Python packages for tests' $(PIP) --no-build-isolation -r requirements/dev.txt
	@touch $@

$(NODE_READY): package.json package-lock.json $(RUN_READY)
	@tools/step 'JavaScript packages' npm ci --no-progress --no-audit --no-fund --loglevel=error
	@touch $@

$(BUNDLE): $(NODE_READY) $(PAGE_SOURCES)
	@tools/step "the page's bundle" npm run --silent build
	@touch $@
