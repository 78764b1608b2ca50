#!/bin/sh
# A worker and a beat beside it; when one of them ends, or on Ctrl-C, both end. Running two of these is safe:
# every tick is idempotent (the table decides, not the broker).
set -u

[ -f .env ] && grep -q '^BROKER_URL=' .env || [ -n "${BROKER_URL:-}" ] || {
    echo "BROKER_URL fehlt, zum Beispiel:  BROKER_URL=redis://127.0.0.1:6379/0 make worker" >&2
    exit 2
}
mkdir -p var
bin=${CELERY:-.venv/bin/celery}
"$bin" -A konferenz worker --loglevel WARNING --concurrency "${WORKER_CONCURRENCY:-2}" &
arbeiter=$!
"$bin" -A konferenz beat --loglevel WARNING --pidfile= --schedule var/celerybeat-schedule &
takt=$!
trap 'kill -TERM $arbeiter $takt 2>/dev/null' INT TERM
while kill -0 $arbeiter 2>/dev/null && kill -0 $takt 2>/dev/null; do sleep 1; done
kill -TERM $arbeiter $takt 2>/dev/null
wait $arbeiter
ende=$?
wait $takt
exit $ende
