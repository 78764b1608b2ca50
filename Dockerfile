# One image for web, worker, beat and migrate; the command says which. Runs without root and without writing
# anywhere but /daten (the papers) and /tmp.
FROM python:3.13-slim-bookworm AS bau
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1
WORKDIR /bau
COPY requirements.txt requirements-uv.txt ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install -q --require-hashes -r requirements-uv.txt \
    && /opt/venv/bin/uv pip sync --python /opt/venv/bin/python --require-hashes requirements.txt

FROM python:3.13-slim-bookworm
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal /daten /daten/dateien
COPY --from=bau /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MEDIA_ROOT=/daten/dateien XDG_CACHE_HOME=/tmp
WORKDIR /app
COPY manage.py ./
COPY konferenz konferenz
COPY mitglieder mitglieder
COPY sitzungen sitzungen
COPY antraege antraege
COPY templates templates
COPY static static
COPY scripts scripts
# Nobody may write here later: without this every process, each child that makes a PDF too, would compile it all anew.
RUN python -m compileall -q konferenz mitglieder sitzungen antraege
# The key is of this step only: collecting files signs nothing.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" DATABASE_URL=sqlite:////tmp/bau.sqlite3 \
    python manage.py collectstatic --noinput -v 0 && rm -f /tmp/bau.sqlite3
USER portal
VOLUME /daten
EXPOSE 8000
CMD ["gunicorn", "-c", "scripts/gunicorn.conf.py", "-b", "0.0.0.0:8000", "konferenz.wsgi"]
