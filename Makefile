# Needs make and Python 3.11 or newer, nothing else: every command makes the environment it needs.
# PYTHON=/path/to/python chooses the interpreter, ENV=folder the environment.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
ENV ?= .venv
PLACEMIX_DATA ?= $(abspath $(CURDIR)/../shared)
CITY ?=
# Folders or files of tests for `make quick`; all of them by default.
TESTS ?=
# Path of a uv, which installs several times faster; without one, or where it fails, pip installs.
UV ?=

# Where an environment forbids bytecode, each of the hundred processes that tests start would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

LOCK = requirements/lock.txt
BIN = $(ENV)/bin
PIP = $(BIN)/python -m pip install --disable-pip-version-check --quiet --prefer-binary -c $(LOCK)
install = $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python -c $(LOCK) $(1) ||) $(PIP) $(1)
# Each process takes tests from one end of the other's when its own are done: those of one file mostly stay together,
# and so does what they share.
PYTEST = $(BIN)/python -m pytest -n 2 --dist worksteal
# On Python 3.11 pip finds only an older release of the peer; this one runs there all the same.
PEER = segregation==2.6.0

.DEFAULT_GOAL := help
.PHONY: help demo test quick slow bench study faults docs lock clean env peer

help:
	@echo "make demo                         a first report, from a data set that comes with placemix"
	@echo "make demo CITY=greater_manchester a report from published data (PLACEMIX_DATA=folder)"
	@echo "make test                         lint, types, tests and doctests, about seven minutes"
	@echo "make slow                         the tests that take more than half a second each"
	@echo "make quick                        only the tests that need neither a browser nor patience, without the docs"
	@echo "make bench                        times against other packages, in an environment of its own"
	@echo "make study                        how often intervals hold the true value; about an hour, results are stored"
	@echo "make faults                       changes kernels one by one and lists what no test of meaning notices; about an hour"
	@echo "make docs                         the documentation, into site/"
	@echo "make lock                         resolve the locked versions again (UPGRADE=--upgrade: newest)"
	@echo "make clean                        remove environments, caches and everything built"

# --- environments: a stamp file says what has been installed ---------------------------------------

$(ENV)/.made:
	@test -n "$(PYTHON)" || { echo "placemix needs Python 3.11 or newer: none found, name one by PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11"; exit 1; }
	@$(PYTHON) -m venv $(ENV) || { echo "venv failed; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

$(ENV)/.core: $(ENV)/.made pyproject.toml $(LOCK)
	@echo "installing placemix into $(ENV)"
	@$(call install,-e .)
	@touch $@

$(ENV)/.test: $(ENV)/.made pyproject.toml $(LOCK)
	@echo "installing placemix and its test tools into $(ENV)"
	@$(call install,-e ".[test]")
	@touch $@

$(ENV)/.docs: $(ENV)/.made pyproject.toml $(LOCK)
	@echo "installing placemix and mkdocs into $(ENV)"
	@$(call install,-e ".[docs]")
	@touch $@

$(ENV)/.peer: $(ENV)/.made pyproject.toml $(LOCK)
	@echo "installing placemix and PySAL's segregation into $(ENV)"
	@$(call install,-e ".[bench]")
	@if $(BIN)/python -c 'import sys; sys.exit(sys.version_info >= (3, 12))'; then \
	  $(PIP) --no-deps --ignore-requires-python $(PEER); fi
	@cd $(ENV) && bin/python -W ignore -c "import segregation.singlegroup, segregation.multigroup"
	@touch $@

env: $(ENV)/.test
peer: $(ENV)/.peer

# --- what a reader runs ----------------------------------------------------------------------------

ifeq ($(CITY),)
demo: $(ENV)/.core
	@$(BIN)/placemix demo
else
demo: $(ENV)/.core
	@test -f examples/$(CITY)/report.toml || { echo "there is no examples/$(CITY)/report.toml"; exit 1; }
	@PLACEMIX_DATA="$(PLACEMIX_DATA)" $(BIN)/placemix report --config examples/$(CITY)/report.toml
endif

# --- what a developer runs -------------------------------------------------------------------------

test: $(ENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@# Types are checked beside the tests: one process leaves the other core idle.
	@$(BIN)/mypy >$(ENV)/.types 2>&1 & types=$$!; \
	$(PYTEST) -m "not slow"; tests=$$?; \
	wait $$types; types=$$?; echo "mypy:"; cat $(ENV)/.types; \
	exit $$((tests > types ? tests : types))

quick: $(ENV)/.test
	$(PYTEST) -m "not slow and not browser" --ignore tests/docs/test_examples.py $(TESTS)

slow: $(ENV)/.test
	$(PYTEST) -m slow --durations=12

bench:
	@$(MAKE) peer ENV=.venv-bench
	PLACEMIX_DATA="$(PLACEMIX_DATA)" .venv-bench/bin/python benchmarks/run.py

study: $(ENV)/.core
	$(BIN)/python benchmarks/studies/interval_coverage.py

# FAULTS="--only limits" changes one module, FAULTS=--survivors what went unnoticed.
faults: $(ENV)/.test
	PYTHONPATH=tests $(BIN)/python -m faults.runner $(FAULTS)

docs: $(ENV)/.docs
	$(BIN)/mkdocs build --strict

lock: $(ENV)/.made
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet uv
	$(BIN)/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 \
	  --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	  --extra all --extra test --extra docs --extra bench pyproject.toml -o $(LOCK)

clean:
	rm -rf .venv .venv-* dist site .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find segregation tests examples benchmarks -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
