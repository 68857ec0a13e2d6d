# Two commands do everything on a machine with git, make and Python 3.11: `make report` and `make test`.
# Each sets up what it needs in .venv first.

.DEFAULT_GOAL := help
.PHONY: help report refresh edition test test-browser browser rehearse check lab bench clean environment

# One thread, a fixed seed and a fixed date: the same inputs give the same bytes.
export PYTHONHASHSEED := 0
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export MPLBACKEND := agg
export SOURCE_DATE_EPOCH := 1773360000
# Empty: Python keeps what it has compiled. Where a machine forbids that, each process compiles pandas anew.
export PYTHONDONTWRITEBYTECODE :=

# Text is UTF-8, whatever the machine's language: what a terminal cannot show must not stop a build.
export PYTHONUTF8 := 1

# Without a home of one's own, caches lie in the project.
ifneq ($(shell test -w "$$HOME" && echo yes),yes)
export HOME := $(CURDIR)/.uv/home
endif

RUN := .venv/bin

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/make \1|\2/' | column -t -s '|' 2>/dev/null || \
		grep -E '^[a-z-]+:.*## ' Makefile

environment:
	@tools/bootstrap.sh

report: environment ## check data, run notebooks, compute verdicts, render site and PDF
	@$(RUN)/doit -n 2 report

refresh: environment ## fetch new data from the providers; then make edition
	@$(RUN)/tokencheck refresh

# NOTE says what was corrected, where neither data, rule nor readings differ: make edition NOTE="…"
export NOTE
edition: report ## keep results that have changed as an edition, with its cause, and tell it in the pages
	@if [ -n "$$NOTE" ]; then set -- --cause correction --note "$$NOTE"; fi; $(RUN)/tokencheck edition "$$@"
	@$(RUN)/doit -n 2 report

test: environment browser ## run linter and tests
	@test -w . || { echo "tokencheck: this folder cannot be written to. Copy the project to one that can, and run make" \
		"there." >&2; exit 1; }
	@$(RUN)/ruff check --quiet . && $(RUN)/ruff format --quiet --check .
	@$(RUN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

browser:
	@tools/browser.sh

test-browser: report browser ## look at every page of the built site in a real browser
	@TOKENCHECK_ALL_PAGES=1 $(RUN)/pytest -n 2 tests/browser

# FULL=1 runs every test on the refreshed copy.
export FULL
rehearse: environment ## refresh a copy of the project from invented new months, build it, and see what breaks
	@$(RUN)/python tools/rehearse.py

check: environment ## check every table against the contract, and the register
	@$(RUN)/tokencheck check

lab: ## open the notebooks in JupyterLab, beginning with 00_start_here
	@tools/bootstrap.sh lab
	@$(RUN)/jupyter lab --ServerApp.root_dir=. --LabApp.app_settings_dir=tools/lab \
		--ServerApp.contents_manager_class=jupytext.TextFileContentsManager notebooks/00_start_here.ipynb

bench: environment ## measure speed and size against the limits; fuzz the parsers and run all notebooks at length
	@$(RUN)/python tools/bench.py

clean: ## delete what can be built again (not the environment)
	@rm -rf .rehearsal report/_site report/.quarto report/site_libs report/*.html report/*/*.html .doit .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -exec rm -rf {} +
	@echo "Deleted the built site and caches; .venv stays."
