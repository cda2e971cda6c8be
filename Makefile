# make run, make test: all that is needed is python3 (3.11 or later, with venv), make and git.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check sweep bench goldens captures clean

run: $(VENV)/.installed
	@$(BIN)/python -m tests.tour captures/tour.pcapng

test: $(VENV)/.test-installed
	@.ci/tshark
	$(BIN)/python -m pytest -n auto -q -m "not sweep"

# What must hold before a change lands, besides the tests.
check: $(VENV)/.test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --diff .
	$(BIN)/mypy

# Every capture of ../shared/captures against tshark and capinfos; some minutes.
sweep: $(VENV)/.test-installed
	@.ci/tshark
	$(BIN)/python -m pytest -n auto -q -m sweep

bench: $(VENV)/.test-installed
	@.ci/tshark
	$(BIN)/pip install --quiet --editable '.[bench]'
	$(BIN)/python -m tests.bench

# Write the committed goldens anew; refuses where tshark disagrees.
goldens: $(VENV)/.test-installed
	@.ci/tshark
	$(BIN)/python -m tests.goldens

captures: $(VENV)/.installed
	$(BIN)/python captures/make.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.test-installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[test]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
