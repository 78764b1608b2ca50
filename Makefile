# `make` alone lists what there is. Every target sets up what it needs first; the second time at once.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PY := .venv/bin/python
ARGS ?=
PORT ?= 8000
LOCKFLAGS := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

.PHONY: help setup demo test run worker check fmt bench lock

help: ## Zeigt diese Übersicht
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.laufzeit: requirements.txt requirements-uv.txt scripts/setup.sh
	@sh scripts/setup.sh laufzeit

.venv/.entwicklung: requirements-dev.txt requirements-uv.txt scripts/setup.sh
	@sh scripts/setup.sh entwicklung

setup: .venv/.entwicklung ## Richtet alles ein (Python-Umgebung, Pakete, Pango)

# The demo has a database and files of its own, unless DATABASE_URL and MEDIA_ROOT say otherwise.
demo: .venv/.laufzeit ## Zeigt den Versand mit erfundenen Personen und öffnet http://localhost:8000 (DEMO_ONCE=1: ohne Server)
	@ALLOW_UNSAFE_KEY=1 DEMO_MODE=1 \
	DATABASE_URL="$${DATABASE_URL:-sqlite:///$(CURDIR)/var/demo.sqlite3}" \
	MEDIA_ROOT="$${MEDIA_ROOT:-$(CURDIR)/var/demo-dateien}" \
	$(PY) manage.py demo $(ARGS)

test: .venv/.entwicklung ## Führt alle Tests aus (ARGS="-k versand" für einen Teil)
	@sh scripts/setup.sh browser
	@# one process more than processors: many tests wait for workers, browsers and clocks
	@ALLOW_UNSAFE_KEY=1 $(PY) -m pytest -n $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --dist worksteal $(ARGS)

run: .venv/.laufzeit ## Startet den Webserver wie im Betrieb (Einstellungen aus Umgebung oder .env; PORT=8000)
	@$(PY) manage.py migrate -v 0 && $(PY) manage.py collectstatic --noinput -v 0
	@exec .venv/bin/gunicorn -c scripts/gunicorn.conf.py -b 127.0.0.1:$(PORT) konferenz.wsgi

worker: .venv/.laufzeit ## Startet Arbeiter und Taktgeber (Celery) auf BROKER_URL
	@exec sh scripts/worker.sh

check: .venv/.entwicklung ## Prüft genau das, was die CI prüft: Stil, Typen, Vorlagen, Migrationen, Architektur
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/djlint templates --check --lint --quiet
	$(PY) scripts/format_css.py --check
	ALLOW_UNSAFE_KEY=1 $(PY) manage.py build_css --check
	ALLOW_UNSAFE_KEY=1 $(PY) manage.py makemigrations --check --dry-run
	SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))')" SITE_URL=https://portal.example \
	ALLOWED_HOSTS=portal.example ALLOW_UNSAFE_KEY=0 DEBUG=0 $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) -m pytest -q tests/test_architecture.py

fmt: .venv/.entwicklung ## Bringt Python, Vorlagen und CSS in Form
	.venv/bin/ruff check --fix --exit-zero --quiet .
	.venv/bin/ruff format .
	-.venv/bin/djlint templates --reformat --quiet
	$(PY) scripts/format_css.py
	ALLOW_UNSAFE_KEY=1 $(PY) manage.py build_css

bench: .venv/.entwicklung ## Misst die Geschwindigkeit, jede Zahl neben ihrem Boden
	@ALLOW_UNSAFE_KEY=1 $(PY) -m tests.bench $(ARGS)

lock: .venv/.entwicklung ## Schreibt die Sperrdateien neu (mit Prüfsummen, ohne Adressen)
	.venv/bin/uv pip compile requirements.in -o requirements.txt $(LOCKFLAGS) $(ARGS)
	.venv/bin/uv pip compile requirements-dev.in -o requirements-dev.txt -c requirements.txt $(LOCKFLAGS) $(ARGS)
	echo uv | .venv/bin/uv pip compile - -o requirements-uv.txt $(LOCKFLAGS) $(ARGS)
