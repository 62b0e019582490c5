# Everything a developer runs. `make help` lists it; each target sets up what it needs first, once.
# Must run with GNU make and Python 3.11 alone: Node, compiler, embedded chain and tools come with `make setup`.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# The first Python on the path that is new enough; `make PYTHON=…` says another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PY := .venv/bin/python

# A stamp's name carries what it was made from, so that a pull that changes a lock sets up again and nothing else does.
PYTHON_STAMP := .venv/.stamp/python-$(shell cat requirements/dev.txt pyproject.toml | cksum | tr ' ' -)
NODE_STAMP := node_modules/.stamp/node-$(shell cat package-lock.json | cksum | tr ' ' -)

.PHONY: help demo up setup test bench check format contracts forge mutate soak lock clean distclean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup ## a season of six schemes end to end, then the pages; ARGS=--exit stops after the verdict
	@.venv/bin/tongdui demo $(ARGS)

up: setup ## a lasting installation in var/up that survives being killed
	@.venv/bin/tongdui up $(ARGS)

setup: $(PYTHON_STAMP) $(NODE_STAMP) ## .venv and the Node parts
	@:

$(PYTHON_STAMP):
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新版本 · Python 3.11 or newer is needed"; exit 1; }
	@echo "正在安装 Python 依赖（约一分钟）· installing Python packages (about a minute)"
	@test -x $(PY) || { rm -rf .venv; $(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "缺少 venv 模块 · the venv module is missing (Debian: apt-get install python3-venv)"; exit 1; }; }
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@rm -rf .venv/.stamp && mkdir -p .venv/.stamp && touch $@

$(NODE_STAMP): | $(PYTHON_STAMP)
	@echo "正在安装编译器与内置链 · installing the compiler and the embedded chain"
	@$(PY) -m scripts.node install
	@mkdir -p node_modules/.stamp && touch $@

test: setup ## all tests: the fast ones first, then forge's, then the slow ones
	@$(PY) -m pytest -q -n logical --maxfail=10 -m "not slow"
	@$(MAKE) --no-print-directory forge
	@$(PY) -m pytest -q -m slow || [ $$? -eq 5 ]

mutate: setup ## take one rule at a time out of the contracts: some test must notice
	@$(PY) -m scripts.mutate $(ARGS)

forge: setup ## Solidity unit, fuzz and invariant tests
	@$(PY) -m scripts.node forge test $(ARGS)

bench: setup ## gas, speed and memory beside their limits, into var/bench.json
	@$(PY) -m scripts.bench $(ARGS)

check: setup ## format, lint, types, import rules, tidiness, reproducible artifacts
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo
	@$(PY) -m pytest -q tests/tidy
	@$(PY) -m scripts.errors_page --check
	@$(PY) -m contracts.build --check

format: setup ## put the code into the one format
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format --quiet .

contracts: setup ## rebuild contracts/artifacts where a source changed
	@$(PY) -m contracts.build $(ARGS)

soak: setup ## our software on four validators of the members' network (needs Go and a C compiler)
	@$(PY) -m scripts.soak $(ARGS)

# Keeps versions that still satisfy the .in files; `make lock ARGS=--upgrade` takes the newest.
UV := UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet --generate-hashes --universal \
  --python-version 3.11 --no-emit-index-url --no-emit-find-links
lock: setup ## write the locks again after an edit of requirements/*.in or package.json
	@cd requirements && $(subst .venv,../.venv,$(UV)) $(ARGS) run.in -o run.txt
	@cd requirements && $(subst .venv,../.venv,$(UV)) $(ARGS) -c run.txt dev.in -o dev.txt
	@$(PY) -m scripts.node lock

clean: ## caches and compiled leavings; an installation in var/ stays
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis var/forge
	@find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' -prune -exec rm -rf {} +

distclean: clean ## also the environments that `make setup` made
	@rm -rf .venv node_modules *.egg-info
