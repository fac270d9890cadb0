# `make demo` and `make test` need Python 3.11 or newer with its venv module, and the network once: everything else
# is installed into .venv, with the versions and hashes of constraints/. With uv on the path uv does it, else pip.
PYTHON ?= python3
VENV ?= .venv
RUNS := $(VENV)/bin/
PYTEST_ARGS ?=

#: How many processes `make test` shares the tests among: auto is one for each core, 0 none beside pytest's own.
WORKERS ?= auto

PIP = $(RUNS)python -m pip --disable-pip-version-check --quiet install
ifneq ($(shell command -v uv 2>/dev/null),)
  # uv does not read what pip is configured with (an index, certificates): where it cannot, pip can.
  install = uv pip install --quiet --python $(RUNS)python $(1) || { echo "uv could not: pip tries"; $(PIP) $(1); }
else
  install = $(PIP) $(1)
endif

#: Seconds for each target of `make fuzz`, and which.
SECONDS_EACH ?= 600
TARGETS ?= all

#: Which planted defects `make defects` plays, and how (`make defects NAMES=lost-edit`, `NAMES=--whole`).
NAMES ?=

#: Which work `make bench` measures.
WORK ?= w1

.PHONY: help demo test coverage node differential fuzz bench defects lint format docs pages readme constraints environment clean
.DELETE_ON_ERROR:

help:
	@echo "make demo         play the packaged suite against the reference application, which is started for it"
	@echo "make test         run all tests (WORKERS=auto PYTEST_ARGS=)"
	@echo "make coverage     the same, and tell which lines and branches no test reaches"
	@echo "make node         install what tests run with Node (npm) into .node"
	@echo "make differential decode 100,000 packets as Node and python-socketio do"
	@echo "make fuzz         fuzz every codec and loader (SECONDS_EACH=600 TARGETS=all; python -m fuzz --list)"
	@echo "make bench        measure a work beside all peers, and put its table into the documentation (WORK=w1, w2, w4 or w5)"
	@echo "make defects      play the suite with each planted defect on, and tell what found it (NAMES=, NAMES=--whole)"
	@echo "make lint         ruff, mypy --strict and the import contracts"
	@echo "make format       let ruff put everything in order"
	@echo "make docs         build the documentation into docs/_build/html"
	@echo "make pages        make the parts of the documentation that come from the programs"
	@echo "make readme       the same, and put real output into README.md"
	@echo "make constraints  resolve and pin every dependency anew (needs uv)"
	@echo "make clean        remove what these made"

demo: $(VENV)/.demo
	@$(RUNS)antiphon demo

# What tests run with Node is installed where npm is; tests that lack it are left out by name, or fail with REQUIRE_ALL=1.
test: $(VENV)/.dev $(if $(shell command -v npm),.node/.installed)
	@$(RUNS)python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

# Three times as long as the tests alone: the tracer sees every line.
coverage: PYTEST_ARGS += --cov --cov-report=term
coverage: test

node: .node/.installed

.node/.installed: tests/net/sockets/interop/package.json
	@mkdir -p .node
	@cp $< .node/package.json
	@echo "installing what the tests run with Node"
	@cd .node && npm install --ignore-scripts --no-package-lock --no-audit --no-fund --loglevel=error
	@touch $@

differential: $(VENV)/.dev .node/.installed
	@DIFFERENTIAL_PACKETS=100000 $(RUNS)python -m pytest tests/net/sockets/interop/test_decoding.py

fuzz: $(VENV)/.dev
	@$(RUNS)python -m fuzz $(TARGETS) --seconds $(SECONDS_EACH)

bench: $(VENV)/.dev
	@$(RUNS)python -m benchmarks prepare
	@$(RUNS)python -m benchmarks $(WORK) --write

defects: $(VENV)/.dev
	@$(RUNS)python -m tests.tools.defects $(NAMES)

lint: $(VENV)/.dev
	@$(RUNS)ruff check
	@$(RUNS)ruff format --check
	@$(RUNS)mypy
	@$(RUNS)lint-imports

format: $(VENV)/.dev
	@$(RUNS)ruff check --fix
	@$(RUNS)ruff format

docs: $(VENV)/.dev
	@$(RUNS)sphinx-build --fail-on-warning --nitpicky --quiet docs docs/_build/html
	@echo "docs/_build/html/index.html"

pages: $(VENV)/.dev
	@$(RUNS)python docs/tools/made_pages.py

readme: $(VENV)/.dev
	@$(RUNS)python docs/tools/made_pages.py --play

constraints:
	@constraints/refresh

environment: $(VENV)/.dev

clean:
	@rm -rf .venv .node .antiphon dist build docs/_build htmlcov .coverage .coverage.* .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	@find src tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@echo "making $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=python3.11 ...")'
	@$(PYTHON) -m venv --clear '$(VENV)'
	@touch $@

# The demo needs less than the tests, so that the first verdict comes sooner.
$(VENV)/.demo: constraints/demo.txt pyproject.toml | $(VENV)/.made
	@echo "installing what the demo needs (about half a minute)"
	@$(call install,--require-hashes -r constraints/demo.txt)
	@$(call install,--no-build-isolation --no-deps --editable .)
	@touch $@

$(VENV)/.dev: constraints/dev.txt $(VENV)/.demo
	@echo "installing what the tests need (about half a minute)"
	@$(call install,--require-hashes -r constraints/dev.txt)
	@touch $@
