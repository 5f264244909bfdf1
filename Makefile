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

# Each prints its table, ours beside the plain way; best on a machine with nothing else to do.
BENCHMARKS := end_to_end start pixels storage features runs tables gallery viewer
bench: $(STAMP)
	for name in $(BENCHMARKS); do \
	  echo "== $$name"; tools/with-display $(PY) benchmarks/$$name.py || exit 1; done

docs-images: $(STAMP)
	tools/with-display $(PY) docs/make_images.py

$(STAMP): pyproject.toml constraints.txt tools/system-packages
	tools/system-packages
	tools/make-venv $(PYTHON) $(VENV)
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
