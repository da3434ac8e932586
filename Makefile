# Every command sets up what it needs. `make` alone lists them.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
ROUNDS ?= 1
WORLDS ?= 10000

VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo demo-fresh test all-tests check lint types format bench accuracy parity faults planted pictures translations lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## virtual environment with what the product runs on

setup-dev: $(INSTALLED_DEV) ## the same, with what tests and checks need

demo: $(INSTALLED) ## the demo world on http://127.0.0.1:8000; again: starts in seconds and keeps the data
	@$(FLASK) db upgrade
	@$(FLASK) demo
	@$(FLASK) serve --host $(HOST) --port $(PORT)

demo-fresh: $(INSTALLED) ## throws the demo's data away and builds it anew, ending now
	@rm -f instance/stocktrace.db instance/stocktrace.db-wal instance/stocktrace.db-shm
	@$(MAKE) --no-print-directory demo

test: $(INSTALLED_DEV) ## lint, types and all tests, on SQLite and PostgreSQL, with a real browser
	@.ci/chromium
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory --jobs=2 types all-tests

all-tests: $(INSTALLED_DEV)
	@$(BIN)/pytest

check: $(INSTALLED_DEV) lint types ## format, lint, types, structure and unit tests, in seconds
	@$(BIN)/pytest tests/structure tests/domain --databases=sqlite

lint: $(INSTALLED_DEV)
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted; run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@test ! -d templates || $(BIN)/djlint templates --lint --quiet

types: $(INSTALLED_DEV)
	@$(BIN)/mypy

format: $(INSTALLED_DEV) ## formats the Python files
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

bench: $(INSTALLED_DEV) ## every figure of the README, as a table
	@$(BIN)/python -m bench

accuracy: $(INSTALLED_DEV) ## how often the explanation names what was broken, as a table; ROUNDS=10 for more worlds
	@$(BIN)/python -m tests.accuracy.report --rounds $(ROUNDS)

parity: $(INSTALLED_DEV) ## what the explanation shows, held against 10,000 random worlds; WORLDS=… for others
	@PARITY_WORLDS=$(WORLDS) $(BIN)/pytest tests/domain/test_parity.py

faults: $(INSTALLED_DEV) ## the long tier of the fault tests: kills, locks and races
	@$(BIN)/pytest tests/faults --long

planted: $(INSTALLED_DEV) ## drops one guard after the other and shows which test notices
	@$(BIN)/python -m tests.faults.planted_bugs

pictures: $(INSTALLED_DEV) ## screenshots of every page, light and dark, wide and narrow, into pictures/
	@.ci/chromium
	@$(BIN)/python -m tests.browser.pictures

translations: $(INSTALLED) ## collects the texts of all pages into app/translations/ and compiles what is translated
	@.ci/translations $(BIN)/pybabel

lock: $(INSTALLED_DEV) ## requirements*.txt from requirements*.in, with hashes
	@$(LOCK) .ci/uv.in -o .ci/uv.txt
	@$(LOCK) requirements.in -o requirements.txt
	@$(LOCK) -c requirements.txt requirements-dev.in -o requirements-dev.txt

$(BIN)/python:
	@.ci/venv $(PYTHON) $(VENV)

$(INSTALLED): requirements.txt | $(BIN)/python
	@echo "Installing what the product runs on …"
	@.ci/packages $(VENV) requirements.txt
	@touch $@

$(INSTALLED_DEV): requirements-dev.txt $(INSTALLED)
	@echo "Installing what tests and checks need …"
	@.ci/packages $(VENV) requirements-dev.txt
	@touch $@
