# The commands of this project; `make` alone lists them.
# Everything runs from .venv, which `make setup` fills from uv.lock.

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# uv lives in a folder of its own, because it removes from .venv whatever the lock file lacks.
UV := .uv/bin/uv
# Named after the content of both files: what changes them is set up anew, nothing else is.
STAMP := .venv/.set-up-$(shell cat uv.lock pyproject.toml | cksum | cut -d' ' -f1)
# Parts of a benchmark have an underscore in their name.
BENCHES := $(filter-out bench/harness.py,$(shell ls bench/*.py 2>/dev/null | grep -v _))
BROWSER_PACKAGES := chromium fonts-noto-cjk
MAIL_PACKAGES := dovecot-imapd dovecot-lmtpd

.DEFAULT_GOAL := help
.PHONY: help setup up demo test test-long test-tools check lint bench screenshots messages

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

setup: $(STAMP) ## install everything from the lock file into .venv

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "walletdesk needs Python 3.11 or newer. Name one: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 2; }
	@test -x $(UV) && $(UV) --version | grep -q ' $(UV_VERSION)' || { \
		echo "Installing uv $(UV_VERSION) ..." && rm -rf .uv && $(PYTHON) -m venv .uv && echo '*' > .uv/.gitignore && \
		.uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)'; }
	@echo "Installing walletdesk's libraries into .venv ..."
	@UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never $(UV) sync --frozen --quiet --compile-bytecode --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')"
	@rm -f .venv/.set-up-* && touch $@

up: setup ## start the desk (database, server, worker); Ctrl-C stops it
	@exec $(BIN)/walletdesk up $(ARGS)

demo: setup ## replay a busy hour against the running desk
	@exec $(BIN)/walletdesk demo $(ARGS)

test-tools:
	@if command -v chromium >/dev/null && fc-list 2>/dev/null | grep -qi cjk && test -x /usr/sbin/dovecot; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then install=; \
	elif [ "$$(id -u)" = 0 ]; then install='apt-get'; \
	elif sudo -n true 2>/dev/null; then install='sudo -n apt-get'; \
	else install=; fi; \
	if [ -z "$$install" ]; then \
		echo "The tests need a browser, Chinese fonts and a mail server. On Debian: sudo apt-get install $(BROWSER_PACKAGES) fontconfig $(MAIL_PACKAGES)"; exit 2; \
	fi; \
	echo "Installing $(BROWSER_PACKAGES) $(MAIL_PACKAGES) for the tests ..."; \
	$$install update -qq && DEBIAN_FRONTEND=noninteractive $$install install -y -qq --no-install-recommends $(BROWSER_PACKAGES) fontconfig $(MAIL_PACKAGES) >/dev/null

test: setup test-tools ## run the tests
	$(PYTEST) -n 2 -m "not long" $(ARGS)

test-long: setup test-tools ## run the tests that take minutes; says what was skipped and why
	$(PYTEST) -m long -rs $(ARGS)

lint: setup ## lint, types, import contracts and our own lints
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@for lint in tools/lints/[a-z]*.py; do \
		if [ -e "$$lint" ]; then echo "$$lint"; $(BIN)/python "$$lint" src || exit 1; fi; \
	done

check: lint test ## everything that CI runs

bench: setup ## run the benchmarks, or one: make bench NAME=intake ARGS="--json"
	@for bench in $(if $(NAME),bench/$(NAME).py,$(BENCHES)); do \
		echo "== $$bench"; $(BIN)/python "$$bench" $(ARGS) || exit 1; \
	done

screenshots: setup test-tools ## take the pictures of the documentation
	@exec $(BIN)/python tools/screenshots.py $(ARGS)

messages: setup ## gather the texts to translate and compile the translations
	@exec $(BIN)/python tools/messages.py $(ARGS)
