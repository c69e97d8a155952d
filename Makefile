# Everything a person needs: `make serve` runs it, `make test` tests it. Both set up .venv first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
WENJU_HOME ?= .wenju
Q ?= 民医工作室什么时候开诊？
export WENJU_HOME Q

.PHONY: help serve ask test lint bench train screenshots setup browser clean

help:
	@echo "make serve           set up, index the samples, start the chat"
	@echo "make test            set up, then format, lint, types and the whole suite"
	@echo "make ask Q='…'       ask the indexed articles one question"
	@echo "make lint            format, lint and types only"
	@echo "make bench           measure speed, the raw library calls beside it"
	@echo "make train DATA=…    train the bundled model again from a data folder"

# torch first and alone: an open range would bring gigabytes of GPU libraries. See README, "Install".
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Wenju needs Python 3.11 or newer; run: make PYTHON=/path/to/python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

setup: $(STAMP)

serve: $(STAMP)
	$(BIN)/wenju ingest corpus/samples/articles
	$(BIN)/wenju serve

ask: $(STAMP)
	$(BIN)/wenju ask "$$Q"

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# The browser tests drive a real Chromium. Where there is none and none can be had, they say so.
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	       && apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; } \
	  || echo "*** NO CHROMIUM: the browser tests will be skipped. Install it: apt install chromium ***"

test: lint browser
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

bench: $(STAMP)
	$(BIN)/python -m tests.bench

train: $(STAMP)
	@test -n "$(DATA)" || { echo "say where the training data is: make train DATA=/path/to/folder"; exit 2; }
	$(BIN)/python -m index.train "$(DATA)"

screenshots: $(STAMP)
	$(BIN)/python -m tests.screenshots

clean:
	rm -rf $(VENV) $(WENJU_HOME) .mypy_cache .ruff_cache .pytest_cache .hypothesis
