# Each target sets up what it needs (tools/setup) and then does its work. PYTHON=python3.12 chooses another Python.
MAKEFLAGS += --no-print-directory

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

letters: ## check this year's letters and build them into out/
	@tools/setup run
	@.venv/bin/petitioner build
	@command -v petitioner >/dev/null || echo "To use the command petitioner in this terminal: source .venv/bin/activate"

test: ## run the tests but for the slow ones; ARGS=--all runs all, ARGS="-k name" chooses among them
	@tools/setup test
	@.venv/bin/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

fuzz: ## try new examples in the tests that draw theirs; the other targets try the same ones each time
	@tools/setup test
	@.venv/bin/python -m pytest --numprocesses auto --dist worksteal -m hypothesis --hypothesis-profile=new $(ARGS)

coverage: ## run all tests and measure which lines they run; it fails below 95 %, and takes twice as long as the tests
	@tools/setup test
	@.venv/bin/python -m pytest --numprocesses auto --dist worksteal --all --cov $(ARGS)

torture: ## the long forms of some tests: 200 runs of send killed by lot, 10,000 values for headers, 50 times as many names, 20 times as many letters of one shape, a fault in one of a thousand letters, what returned e-mails are taken for
	@tools/setup test
	@PETITIONER_TORTURE=50 .venv/bin/python -m pytest --all -s tests/mail/test_send_kills.py tests/paper/test_printing.py tests/mail/test_message.py tests/end_to_end/test_any_name.py tests/mail/test_returned_mail.py tests/render/test_pdf_shapes.py tests/checks/test_pages_by_shape.py $(ARGS)

lint: ## check style, types and layers
	@tools/setup dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

gallery: ## set all languages on contact sheets in build/gallery/, PDF beside DOCX
	@tools/setup test
	@.venv/bin/python tools/gallery.py

servers: ## install the programs that some tests run (containers and CI only)
	@tools/servers

bench: ## measure how fast the program is, beside others that are installed, in minutes; BENCH=--whole for up to 10,000 letters
	@tools/setup dev
	@.venv/bin/python -m bench $(BENCH)

pins: ## renew .ci/constraints.txt from pyproject.toml
	@tools/setup dev
	@tools/pins

clean: ## remove .venv and caches; never letters or the mailing log
	@rm -rf .venv .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	@find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help letters test fuzz coverage torture lint gallery servers bench pins clean
