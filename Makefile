# Everything is done in .venv; nothing needs root, a server or a hand.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet
YEAR   ?= 2020
EXAMPLE := examples/changsha-2020

export DO_NOT_TRACK = 1

.DEFAULT_GOAL := help

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

report: install fonts ## Make the reports of the two example units (output/2020/)
	$(BIN)/jixiao run --year $(YEAR) --registry $(EXAMPLE)/units.toml --out output

up: install fonts ## Serve the example: UI on http://127.0.0.1:4200, schedules, alerts (Ctrl-C ends it)
	$(BIN)/jixiao serve --registry $(EXAMPLE)/units.toml --out output

# Files are spread over the processors; within a file tests run in order and share what was started.
test: install-dev fonts ## Run all tests
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: install-dev ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install-dev fonts ## Time the whole job against its floor (bench/results.json), and a served batch
	$(BIN)/python -m bench
	$(BIN)/python -m bench.served

docs: install-dev ## Write docs/contract.md, docs/rules.md and deploy/prefect.yaml from the declarations
	$(BIN)/python -m tasks.document
	$(BIN)/python -m flows.prefect_yaml

examples: install-dev ## Write the example workbooks from their TOML sources
	$(BIN)/python $(EXAMPLE)/build.py

lock: ## Compile the lock files again (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group build pyproject.toml -o deploy/requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group build --group dev pyproject.toml -o deploy/requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --no-deps deploy/fonts.in -o deploy/fonts.lock

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# The locks are complete: nothing is left to resolve, which older pip gets wrong for extras.
$(VENV)/.installed: deploy/requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) --no-deps --require-hashes -r deploy/requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.installed-dev: deploy/requirements-dev.lock $(VENV)/.installed
	$(PIP) --no-deps --require-hashes -r deploy/requirements-dev.lock
	touch $@

# A font wheel is fetched only where no font of the machine covers Chinese.
fonts: install
	@$(BIN)/python -m tasks.render.fonts > /dev/null 2>&1 \
	  || $(PIP) --no-deps --require-hashes -r deploy/fonts.lock

clean: ## Remove the environment and all outputs
	rm -rf $(VENV) output .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: help report up test lint bench docs examples lock install install-dev fonts clean
