# `make help` lists the targets. The environment lives in .venv and is remade only when its lock changes.

PYTHON ?= python3
BIN := .venv/bin
CHAPTERS := $(wildcard book/*.ipynb)
ENVIRONMENT := .venv/.complete

.PHONY: help book lite test test-site matrix kernels serve pdf epub downloads run generate current bench lint lock clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(ENVIRONMENT): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.txt)"
	$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# What every page depends on; when it changes, all pages are built again.
_build/.started: $(ENVIRONMENT) _config.yml _toc.yml $(wildcard book/_ext/* book/_ext/temml/* book/_static/* book/_static/explorers/* book/_templates/* book/stills/* book/reference/*.inv)
	@rm -rf _build && mkdir _build && touch $@

# Sphinx would not repeat the warnings of a page that it has read: a failed build must not be continued.
book: _build/.started  ## build the site into _build/html
	$(BIN)/jupyter-book build . -W -n --keep-going || { rm -rf _build; exit 1; }
	@echo "Open file://$(CURDIR)/_build/html/index.html in a browser, or run: make serve"

# The exercises are checked in all draws with other kernels, where most can go wrong, and in few with those of the machine.
test: $(ENVIRONMENT) lint book  ## run every test but those in a browser: package, docstrings, notebooks, build, exercises
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/site
	$(BIN)/python tools/check_book.py
	$(BIN)/python tools/check_exercises.py --draws 2
	$(BIN)/python tools/matrix.py --kernels least --steps notebooks exercises

test-site: $(ENVIRONMENT) book  ## run the tests of the site, in a browser
	$(BIN)/python -m pytest -n 2 tests/site

matrix: $(ENVIRONMENT)  ## run the tests on every Python from 3.11 on, with the oldest, the pinned and the newest libraries
	$(BIN)/python tools/matrix.py

kernels: $(ENVIRONMENT)  ## run what depends on rounding with other kernels of the processor
	$(BIN)/python tools/matrix.py --kernels

# Python in the page: what a reader starts there is fetched from the network.
lite: export COURSE_LITE = 1
lite: book  ## build the site with JupyterLite, in which chapters and exercises run in the browser

serve: book  ## build the site and serve it on this machine
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

pdf: book  ## print the built site as one book, _build/cnn_course.pdf, by a browser
	$(BIN)/python tools/make_pdf.py

epub: book  ## make an e-book of the built site, _build/cnn_course.epub, by a browser
	$(BIN)/python tools/make_epub.py

downloads: pdf epub  ## make both, and offer them on the page Download of the built site
	$(BIN)/python tools/offer_books.py

run: $(ENVIRONMENT)  ## execute the chapters in place (their sources unchanged: no byte changes)
	$(BIN)/python tools/run_notebooks.py $(CHAPTERS)

generate: $(ENVIRONMENT)  ## write what is made from other files: exercises' notebooks and blocks, pages of statements, modules and tracks, the reference, stills
	$(BIN)/python tools/make_exercises.py
	$(BIN)/python tools/statements.py
	$(BIN)/python tools/reference.py
	$(BIN)/python tools/architecture.py
	$(BIN)/python tools/stills.py
	$(BIN)/python tools/tracks.py

# Hooks notice by themselves that a tracked file has changed, but not that there is a new one.
current: generate  ## write the same, and fail if Git does not know one of the exercises' notebooks
	@new=$$(git ls-files --others --exclude-standard book/exercises); \
		test -z "$$new" || { echo "not in Git: $$new"; exit 1; }

bench: $(ENVIRONMENT)  ## measure the speed, and write the page of the book that shows it
	$(BIN)/python benchmarks

lint: $(ENVIRONMENT)  ## check the style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lock: $(ENVIRONMENT)  ## renew requirements.txt from pyproject.toml
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --upgrade --universal --fork-strategy fewest \
		--python-version 3.11 --all-extras --output-file requirements.txt pyproject.toml

clean:  ## remove what was built, and the environment
	rm -rf _build .venv .matrix
