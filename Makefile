# Two commands do all set-up on a fresh machine with Python 3.11+ and make: `make demo` and `make test`.
# Everything is installed from requirements.lock / requirements-dev.lock (and requirements-bench.lock for measurements) with hashes, the build backend included.

PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3 python; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.PHONY: demo test check lock bench clean

$(VENV)/run.stamp: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新的版本"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/run.stamp
	$(BIN)/xieli demo

# Asserts are compiled as they stand (every worker would rewrite all of them: fifteen seconds); what fails runs again and then tells its values.
TESTS := -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --assert=plain

test: $(VENV)/dev.stamp
	$(BIN)/python $(TESTS) || { $(BIN)/python -m pytest -n 0 --last-failed --last-failed-no-failures none; exit 1; }

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	XIELI_WHOLE=1 $(BIN)/python $(TESTS)

lock:
	bash .ci/lock.sh

$(VENV)/bench.stamp: $(VENV)/dev.stamp requirements-bench.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

bench: $(VENV)/bench.stamp
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
