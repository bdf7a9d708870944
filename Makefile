# make demo | test | test-all | bench | gallery | lint | clean      Needs Python >= 3.11 and nothing else.
#
# .venv gets a real (compiled) install, so `.venv/bin/tcalc` starts as fast as a user's;
# the tests put the checkout first on sys.path, so they run what is edited here.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= auto

# The first interpreter that runs and is new enough; `make PYTHON=/path/to/python test` overrides.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)

SOURCES := $(shell find tcalc -name '*.py' -o -name '*.pyi' -o -name '*.typed') README.md LICENSE

.PHONY: demo test test-all bench gallery lint clean

# pip is upgraded first: newer ones write console scripts that start without importing re.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "tcalc needs Python 3.11 or newer; none was found. Try: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.deps: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet '.[test]'
	@touch $@ $(VENV)/.installed

$(VENV)/.dev: pyproject.toml | $(VENV)/.deps
	$(BIN)/python -m pip install --quiet '.[dev]'
	@touch $@

$(VENV)/.installed: $(SOURCES) | $(VENV)/.deps
	@if [ ! -f $@ ] || [ -n "$$(find $(SOURCES) -newer $@)" ]; then \
		$(BIN)/python -m pip install --quiet --no-deps --force-reinstall . && touch $@; fi

demo: $(VENV)/.installed
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash examples/demo.sh

test: $(VENV)/.deps
	@$(BIN)/python -m pytest -n $(JOBS) -m 'not slow'

test-all: $(VENV)/.deps
	@$(BIN)/python -m pytest -n $(JOBS)

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/startup.py
	@if [ -f benchmarks/tape.py ]; then $(BIN)/python benchmarks/tape.py; fi

gallery: $(VENV)/.deps
	@PYTHONPATH="$(CURDIR)" $(BIN)/python examples/gallery/make.py

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache
