# Vignette: two commands matter, `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: setup run test check explore coverage bench races lock clean

setup: $(VENV)/.ready-dev

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install the package python3."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version)."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing: install the package python3-venv (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: $(VENV)/bin/python requirements-dev.txt requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.ready

run: $(VENV)/.ready
	@VIGNETTE_MODE=demo SITE_URL="$${SITE_URL:-http://$(HOST):$(PORT)}" $(BIN)/python manage.py run_demo --host $(HOST) --port $(PORT)

test: $(VENV)/.ready-dev
	VIGNETTE_MODE=test $(BIN)/python -m pytest -n 2 --dist worksteal

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	VIGNETTE_MODE=test $(BIN)/mypy .
	$(BIN)/lint-imports
	VIGNETTE_MODE=test $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.check_deploy

# Every property with ten times the examples of a usual run, other ones each time; for a machine that has an hour to spare.
explore: $(VENV)/.ready-dev
	env -u CI EXPLORE=10 VIGNETTE_MODE=test $(BIN)/python -m pytest -q -n 2 --dist worksteal -m hypothesis

# Scoring, attempts and graphs, line and branch, without races, whose outcome is luck; ends with an error below 100 %. What is
# measured is in coverage.ini.
coverage: $(VENV)/.ready-dev
	VIGNETTE_MODE=test $(BIN)/python -m pytest -q -n 2 --cov --cov-config=coverage.ini --cov-report=term-missing:skip-covered \
		tests/quizzes tests/courses/test_items.py --ignore tests/quizzes/test_races.py --ignore tests/quizzes/test_correction_races.py

# A thousand rounds each: start, last attempt, submission against save, submission against the closer after the grace, and
# submission, save and closer at its last instant. TEST_DATABASE_URL names a PostgreSQL database; without it they run on SQLite.
races: $(VENV)/.ready-dev
	RACE_ROUNDS=1000 VIGNETTE_MODE=test $(BIN)/python -m pytest --durations=5 tests/quizzes/test_races.py \
		-k "two_starts_make_one_attempt or last_attempt_is_begun_once or scored_is_what_is_stored or submission_and_closer or save_and_closer or last_moment_and_closer"

bench: $(VENV)/.ready-dev
	$(BIN)/python -m bench

lock: $(VENV)/.ready-dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-strip-extras --generate-hashes requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf $(VENV) var staticfiles
