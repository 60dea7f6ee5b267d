# Every target in one line: `make help`. The work is done by the scripts in tools/.

PYTHON ?=
ARGS ?=
VENV = .venv/bin

.PHONY: help setup setup-dev run check test faults messages data lock bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## build the environment .venv from pinned, hashed requirements (PYTHON=python3.12 picks another Python)
	@PYTHON="$(PYTHON)" tools/setup.sh run

setup-dev: ## the same, with what the tests need
	@PYTHON="$(PYTHON)" tools/setup.sh dev

run: setup ## start everything on http://127.0.0.1:8000; Ctrl-C stops it (ARGS="--port 8001")
	@exec $(VENV)/knutpunkt run $(ARGS)

check: setup-dev ## the fast checks, some two minutes: lint, types, contracts, the suite on SQLite without browser
	@exec $(VENV)/python tools/test.py --fast

test: setup-dev ## everything: the checks, the suite on SQLite and on PostgreSQL 15, a real Chromium, the docs
	@exec $(VENV)/python tools/test.py

faults: setup-dev ## every race and kill of the reception at full length (about an hour), and its table in docs
	@exec $(VENV)/python tools/faults.py $(ARGS)

messages: setup-dev ## gather the texts to translate and compile the translations (needs gettext)
	@tools/messages.sh

data: setup-dev ## make the embedded Swedish network again from its sources
	@exec $(VENV)/python tools/build_data.py

lock: ## pin the requirements again (ARGS=--upgrade takes newer versions)
	@tools/lock.sh $(ARGS)

bench: setup-dev ## measure the headline figures
	@tools/bench.sh

clean: ## remove what can be made again, except the environment and var/
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	@find src tests tools bench -type d -name __pycache__ -prune -exec rm -rf {} +
