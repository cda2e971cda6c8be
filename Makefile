# make run, make test: all that is needed is python3 (3.11 or later, with venv), make and git.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SIXSCOPE := $(BIN)/sixscope
TOUR := captures/tour.pcapng

.PHONY: run test check sweep parity fuzz-parity fuzz bench goldens screenshots captures lab vendor clean

run: $(VENV)/.installed
	@$(SIXSCOPE) show $(TOUR)
	@echo; echo "Packet 5, the router advertisement, in full:"; echo
	@$(SIXSCOPE) show -V --packets 5 $(TOUR)
	@echo
	@$(SIXSCOPE) show -T summary $(TOUR)
	@echo
	@echo "What to try next:"
	@echo "  $(SIXSCOPE) $(TOUR)                on the screen; ? shows the keys"
	@echo "  $(SIXSCOPE) show -V --packets 38 $(TOUR)  a jumbogram of 66,000 octets"
	@echo "  $(SIXSCOPE) show -T json captures/ipv6_jumbo.pcapng     jumbograms that break the rules"
	@echo "  $(SIXSCOPE) show captures/lab/teredo.pcapng               Teredo, recorded from miredo"
	@echo "  $(SIXSCOPE) fields ipv6.opt                             the fields it knows"
	@echo "  $(SIXSCOPE) show --help"

test: $(VENV)/.test-installed
	@.ci/tshark
	@.ci/tmux
	@.ci/chromium
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

# How much of what tshark defines our captures exercise, and how much of it agrees.
parity: $(VENV)/.test-installed
	@.ci/tshark
	$(BIN)/python -m tests.parity

# Random packets, whole and broken, beside tshark.
fuzz-parity: $(VENV)/.test-installed
	@.ci/tshark
	$(BIN)/python -m tests.parity.fuzz --packets 6000

# Coverage-guided fuzzing, a minute for each target; SECONDS=600 for longer.
SECONDS ?= 60
fuzz: $(VENV)/.test-installed
	$(BIN)/pip install --quiet 'atheris>=2.3,<4'
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

bench: $(VENV)/.test-installed
	@.ci/tshark
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.find
	$(BIN)/python -m tests.bench.show
	$(BIN)/python -m tests.bench.report
	$(BIN)/python -m tests.bench.lint
	$(BIN)/python -m tests.bench.check
	$(BIN)/python -m tests.bench.tui

# Write the committed goldens anew; refuses where tshark disagrees.
goldens: $(VENV)/.test-installed
	@.ci/tshark
	$(BIN)/python -m tests.goldens
	$(BIN)/python -m tests.tui.snapshots

# Record genuine traffic anew, in network namespaces: root, Debian's packages, some four minutes.
lab:
	$(PYTHON) captures/lab --install
	$(PYTHON) captures/lab

# The pictures of the terminal UI in the README.
screenshots: $(VENV)/.test-installed
	$(BIN)/python -m tests.tui.screenshots

captures: $(VENV)/.installed
	$(BIN)/python captures/make.py

# Bundle the charting library of HTML reports anew, by its package-lock.json; needs npm.
vendor:
	cd dissect/report/formats/html/vendor && npm ci --ignore-scripts && npm run build
	rm -r dissect/report/formats/html/vendor/node_modules

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
