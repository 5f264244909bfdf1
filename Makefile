# Two targets do all the set-up: `make demo` and `make test`.
VENV   := .venv
PY     := $(VENV)/bin/python
PYTHON ?= python3
STAMP  := $(VENV)/.installed
DEMO   ?= demo

.PHONY: demo test check bench docs-images clean

demo: $(STAMP)
	$(VENV)/bin/pathgui demo $(DEMO)

test: $(STAMP)
	tools/with-display $(PY) -m pytest

check: $(STAMP)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(STAMP)
	$(PY) benchmarks/end_to_end.py

docs-images: $(STAMP)
	tools/with-display $(PY) docs/make_images.py

$(STAMP): pyproject.toml constraints.txt tools/system-packages
	tools/system-packages
	tools/make-venv $(PYTHON) $(VENV)
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
